"""What the engine does in turns: the contract between it and whatever has work for it."""

import math
from typing import Protocol, runtime_checkable

__all__ = ["NEVER", "NOW", "TURN_S", "Turns"]

TURN_S = 0.15
"""Seconds that no turn may exceed: a slice by what its author promises, a batch by its size."""
NOW, NEVER = -math.inf, math.inf


@runtime_checkable
class Turns(Protocol):
    """Work that is done on the engine's thread, a short turn at a time."""

    used_s: float
    """Seconds of the engine that it has had; who has had least is next."""

    def __len__(self) -> int:
        """Return how many wait."""

    @property
    def due_at(self) -> float:
        """When there is a turn to take, by `time.monotonic`."""

    @property
    def busy(self) -> bool:
        """Whether there is anything left to do."""

    def wait_s(self, coming: int) -> float:
        """Return the seconds that so many newcomers would wait for those before them."""

    def take(self) -> None:
        """Take in hand what comes next; called while nothing can enter."""

    def work(self) -> None:
        """Do what was taken in hand; called while anything can enter."""
