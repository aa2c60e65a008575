"""Long work cut into slices, between which others may have their turn."""

from collections.abc import Generator
from typing import TypeVar

__all__ = ["finished"]

T = TypeVar("T")


def finished(work: Generator[None, None, T]) -> T:
    """Return what the work returns, done without a break."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result
