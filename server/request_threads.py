"""The threads that work on requests: probes never wait for one, and what would wait too long for one is refused.

waitress queues what all threads are too busy for without a bound, so that whatever is refused behind it comes too late.
"""

from typing import Any

from waitress.task import ThreadedTaskDispatcher
from waitress.utilities import Error

from nlpbot.core.serving.pace import Pace

__all__ = ["PROBES", "RequestThreads"]

PROBES = ("/livez", "/readyz")


class RequestThreads(ThreadedTaskDispatcher):  # type: ignore[misc]  # waitress has no types
    """Request threads, and one more that answers probes and refuses.

    Args:
        count: requests that are worked on at once.
        max_wait_s: seconds that a request may take, as far as that depends on those before it.
    """

    def __init__(self, count: int, *, max_wait_s: float) -> None:
        super().__init__()
        self._count = count
        self._max_wait_s = max_wait_s
        self._pace = Pace()
        self._was_full = False
        self._prompt = ThreadedTaskDispatcher()
        self.set_thread_count(count)
        self._prompt.set_thread_count(1)

    def add_task(self, channel: Any) -> None:
        """Give the request that a channel has read to a thread."""
        request = channel.requests[0]
        path = getattr(request, "path", "")  # what can't be parsed has none
        if path not in PROBES and (wait_s := self._wait_s()) > self._max_wait_s:
            request.error = request.error or _Busy(wait_s)
        if path in PROBES or request.error:
            self._prompt.add_task(channel)
            return
        if self._full and not self._was_full:
            self._pace.begin()
        self._was_full = self._full
        super().add_task(_Queued(channel, self._pace) if self._was_full else channel)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """End the threads."""
        self._prompt.shutdown(cancel_pending, timeout)
        return bool(super().shutdown(cancel_pending, timeout))

    @property
    def _full(self) -> bool:
        return bool(self.active_count + len(self.queue) >= self._count)

    def _wait_s(self) -> float:
        """Return how long a request will take: until all that wait, and as many as there are threads, have left."""
        return self._pace.wait_s(len(self.queue) + self._count) if self._was_full and self._full else 0.0


class _Queued:
    """A channel that waits for a thread."""

    def __init__(self, channel: Any, pace: Pace) -> None:
        self._channel = channel
        self._pace = pace

    def service(self) -> None:
        """Work on its request."""
        self._pace.left()
        self._channel.service()

    def cancel(self) -> None:
        """Give it up."""
        self._channel.cancel()


class _Busy(Error):  # type: ignore[misc]
    """What is answered instead of asking the application."""

    code, reason = 503, "Service Unavailable"

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"{wait_s:.0f} s to wait; try again then")
        self.retry_after_s = wait_s
