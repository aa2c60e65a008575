"""What twice the text would bring, read off a power law through the losses on fractions of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Forecast", "forecast"]

LAST_POINTS = 3
"""Points that the law is laid through: on little text losses don't follow it yet."""
LEAST_GAIN = 0.005
"""Nats a token below which more text is said to bring nothing worth the while."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a power law says of more text; losses in nats a token.

    Attributes:
        exponent: twice the text multiplies the loss by two to the minus this.
        now: the loss by the law at all of the text.
        twice: at twice as much.
        spread: how far the losses lie off the law.
    """

    exponent: float
    now: float
    twice: float
    spread: float

    @property
    def gain(self) -> float:
        """Nats a token that twice the text would bring."""
        return self.now - self.twice

    def __str__(self) -> str:
        if self.spread > max(abs(self.gain), LEAST_GAIN):
            return (
                f"what twice the text would bring can't be said: the losses lie {self.spread:.3f} nats a token off a "
                f"power law, more than the {abs(self.gain):.3f} in question"
            )
        if self.gain < LEAST_GAIN:
            return "twice the text would hardly help: the loss no longer falls with more of it"
        return (
            f"twice the text would probably bring {self.gain:.3f} nats a token, from {self.now:.3f} to "
            f"{self.twice:.3f}: a perplexity {1 - math.exp(-self.gain):.0%} lower"
        )

    def to_json(self) -> dict[str, Any]:
        """Return the figures, and in words what they say."""
        figures = {"exponent": self.exponent, "now": self.now, "twice": self.twice, "spread": self.spread}
        return {**figures, "says": str(self)}


def forecast(tokens: Sequence[int], losses: Sequence[float]) -> Forecast | None:
    """Return what the last three points say of twice the text; None where there are fewer.

    Args:
        tokens: of each fraction of the text, ascending.
        losses: reached on each, in nats a token, above 0.

    Source: Hestness et al. 2017, Deep learning scaling is predictable, empirically (loss as a power of the data).
    """
    if len(tokens) < LAST_POINTS:
        return None
    reached = np.asarray(losses[-LAST_POINTS:])
    logs = np.log(tokens[-LAST_POINTS:])
    slope, offset = np.polyfit(logs, np.log(reached), 1).tolist()
    line = np.exp(offset + slope * logs)
    off = float(((reached - line) ** 2).sum())
    now = float(line[-1])
    # A line has two parameters, so that three points have one left to stray by.
    return Forecast(exponent=-slope, now=now, twice=now * 2**slope, spread=math.sqrt(off / (LAST_POINTS - 2)))
