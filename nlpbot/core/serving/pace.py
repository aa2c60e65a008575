"""How fast a queue moves, from the times between those who left it, and so how long a newcomer will wait."""

import threading
import time
from collections import deque

__all__ = ["Pace", "RecentMean"]

RECENT_S = 1.0
"""Seconds of measurements that count; older ones tell of another load."""
FEWEST, MOST = 4, 100
"""Measurements that count however old they are, and however short."""


class RecentMean:
    """The mean seconds that a thing took lately, without the slowest: one stumble says nothing of what comes."""

    def __init__(self) -> None:
        self._measured: deque[tuple[float, float]] = deque(maxlen=MOST)

    def add(self, seconds: float, things: float) -> None:
        """Count things that took so long together."""
        self._measured.append((seconds, things))
        total_s = sum(each for each, _ in self._measured)
        while len(self._measured) > FEWEST and total_s - self._measured[0][0] > RECENT_S:
            total_s -= self._measured.popleft()[0]

    @property
    def seconds(self) -> float | None:
        """Seconds a thing; None before two were measured."""
        by_pace = sorted(self._measured, key=lambda each: each[0] / each[1])[:-1]
        return sum(seconds for seconds, _ in by_pace) / sum(things for _, things in by_pace) if by_pace else None


class Pace:
    """The pace of a queue, whatever slows it down: what it waits for, and all else that the machine does meanwhile.

    Any thread may ask and tell.

    Args:
        unmeasured_s: seconds between two who leave, as long as they are not known.
    """

    def __init__(self, *, unmeasured_s: float = 0.0) -> None:
        self._unmeasured_s = unmeasured_s
        self._lock = threading.Lock()
        self._between = RecentMean()
        self._last = time.monotonic()

    def begin(self) -> None:
        """Say that somebody waits where nobody did."""
        self._last = time.monotonic()

    def left(self, count: int = 1) -> None:
        """Say that some have left the queue, after they had waited in it."""
        with self._lock:
            now = time.monotonic()
            self._between.add(now - self._last, count)
            self._last = now

    def wait_s(self, ahead: int) -> float:
        """Return the seconds after which those ahead will have left; where none leaves, at least as long as that is so.

        Args:
            ahead: how many were there before.
        """
        if not ahead:
            return 0.0
        with self._lock:
            between_s = self._between.seconds
            still_s = time.monotonic() - self._last
        return max(ahead * (self._unmeasured_s if between_s is None else between_s), still_s)
