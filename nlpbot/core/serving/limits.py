"""How much one client may ask for: a rate, and a number of things at once."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from nlpbot.core.kernel.errors import Overloaded, RateLimited

__all__ = ["ConcurrencyLimit", "RateLimit"]

MAX_CLIENTS = 10_000
"""Clients that are remembered; the one seen longest ago is forgotten first."""


class RateLimit:
    """A bucket of tokens for each client, filled at a steady rate.

    Args:
        per_minute: requests a client may make, over time.
        burst: requests it may make at once.
        clock: seconds that only go forward.
    """

    def __init__(self, *, per_minute: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_minute / 60
        self._burst = burst
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def check(self, client: str) -> None:
        """Count one request of a client.

        Raises:
            RateLimited: it has used up what it may; the error knows when to come back.
        """
        with self._lock:
            now = self._clock()
            tokens, then = self._buckets.pop(client, (float(self._burst), now))
            tokens = min(tokens + (now - then) * self._per_second, float(self._burst))
            allowed = tokens >= 1
            self._buckets[client] = (tokens - 1 if allowed else tokens, now)
            while len(self._buckets) > MAX_CLIENTS:
                self._buckets.popitem(last=False)
        if not allowed:
            wait_s = (1 - tokens) / self._per_second
            raise RateLimited(f"too many requests; try again in {wait_s:.0f} s", retry_after_s=wait_s)


class ConcurrencyLimit:
    """At most so many at once."""

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold a place while the block runs.

        Raises:
            Overloaded: all places are taken.
        """
        if not self._free.acquire(blocking=False):
            raise Overloaded("all places are taken; try again in a moment")
        try:
            yield
        finally:
            self._free.release()
