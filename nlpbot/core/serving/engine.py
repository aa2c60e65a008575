"""The engine: one thread that does all computing, in turns: batches of requests, slices of tasks, steps of streams.

The next turn is that of the lane which has had least of the thread, so that long work holds up no short work for more
than the turn that is running. Requests are refused at the door, as soon as those before them would take too long.
"""

import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from nlpbot.core.errors import Closed, Overloaded
from nlpbot.core.serving.lanes import BatchLane, Lane, Predict, Slices, TaskLane
from nlpbot.core.serving.stepper import Stream, StreamLane
from nlpbot.core.serving.stream_turns import StreamTurns

__all__ = ["Engine"]


def _one(_item: Any) -> float:
    return 1.0


class Engine:
    """Runs `predict` functions, tasks and streams on one thread of its own.

    Args:
        max_waiting: items that may wait, over all lanes; more are refused.
        max_wait_s: seconds that a request may have to wait for those before it; where it would be more it is refused.
    """

    def __init__(self, *, max_waiting: int = 1024, max_wait_s: float = 2.0) -> None:
        self._max_waiting = max_waiting
        self._max_wait_s = max_wait_s
        self._requests: dict[str, BatchLane | TaskLane] = {}
        self._streams: dict[str, StreamTurns] = {}
        self._changed = threading.Condition()
        self._closing = False
        self._used_s = 0.0
        """What the lane had had whose turn came last; one that was idle starts from there."""
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def add_lane(
        self,
        name: str,
        predict: Predict,
        *,
        max_batch: int = 32,
        max_delay_s: float = 0.002,
        size: Callable[[Any], float] = _one,
    ) -> None:
        """Serve requests by a function from a list of inputs to as many outputs, in the same order.

        Args:
            name: what `submit` calls it.
            predict: called on the engine's thread only.
            max_batch: inputs in a call.
            max_delay_s: seconds that a request waits for company.
            size: of an input, over 0; the time of a batch grows with the sum of them, and keeps batches short.
        """
        self._requests[name] = BatchLane(predict, max_batch=max_batch, max_delay_s=max_delay_s, size=size)

    def add_tasks(self, name: str, slices: Slices) -> None:
        """Serve requests by long work that is cut into slices.

        Args:
            name: what `submit` calls it.
            slices: from an input to a generator, which runs on the engine's thread only: each `next` is a slice of at
                most `TURN_S`, what it returns in the end the output; closed where nobody wants that any more.
        """
        self._requests[name] = TaskLane(slices)

    def add_streams(self, name: str, lane: StreamLane) -> None:
        """Serve streams by a lane that goes one step at a time."""
        self._streams[name] = StreamTurns(lane)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def submit(self, lane: str, item: Any) -> "Future[Any]":
        """Return the future output for one input.

        Raises:
            Overloaded: those before it would take too long.
            Closed: the engine is stopping.
        """
        return self.submit_all(lane, [item])[0]

    def submit_all(self, lane: str, items: Sequence[Any], *, admitted: bool = False) -> "list[Future[Any]]":
        """Return the future outputs for some inputs, taken in together or not at all; what is cancelled is not done.

        Args:
            lane: whose inputs they are.
            items: the inputs.
            admitted: whether they belong to a request that was let in and has waited before; they come next.

        Raises:
            Overloaded: those before them would take too long.
            Closed: the engine is stopping.
        """
        with self._changed:
            requests = self._requests[lane]
            self._check_door(requests, len(items), admitted=admitted)
            self._catch_up(requests)
            futures = requests.enter(items, admitted=admitted)
            self._changed.notify()
        return futures

    def stream(self, lane: str, prompt: Any) -> Stream:
        """Return a stream whose tokens come as they are made; close it to stop.

        Raises:
            Overloaded: those before it would take too long.
            Closed: the engine is stopping.
        """
        with self._changed:
            streams = self._streams[lane]
            self._check_door(streams, 1)
            self._catch_up(streams)
            stream = streams.enter(prompt)
            self._changed.notify()
        return stream

    def close(self, *, timeout_s: float = 30.0) -> None:
        """Take no new work, finish what waits, and end the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    @property
    def waiting(self) -> int:
        """Requests in the queue."""
        with self._changed:
            return sum(len(lane) for lane in self._lanes)

    @property
    def busy(self) -> bool:
        """Whether anything waits or is worked on."""
        return any(lane.busy for lane in self._lanes)

    @property
    def _lanes(self) -> list[Lane]:
        return [*self._requests.values(), *self._streams.values()]

    def _check_door(self, lane: Lane, coming: int, *, admitted: bool = False) -> None:
        if self._closing:
            raise Closed("the server is stopping; try again in a moment")
        waiting = sum(len(each) for each in self._lanes)
        if waiting + coming > self._max_waiting:
            raise Overloaded(f"{waiting} requests are waiting already; try again in a moment")
        wait_s = lane.wait_s(coming)
        if wait_s > self._max_wait_s and not admitted:
            raise Overloaded(f"{wait_s:.0f} s to wait; try again then", retry_after_s=wait_s)

    def _catch_up(self, lane: Lane) -> None:
        """Let a lane that was idle be next, but not for as long as it was idle."""
        if not lane.busy:
            lane.used_s = max(lane.used_s, self._used_s)

    def _run(self) -> None:
        while (lane := self._next()) is not None:
            started = time.monotonic()
            lane.work()
            lane.used_s += time.monotonic() - started

    def _next(self) -> Lane | None:
        """Wait until a lane has a turn to take; return None once all is done and no more may come."""
        with self._changed:
            while True:
                now = time.monotonic()
                due = [each for each in self._lanes if each.due_at <= now or (self._closing and each.busy)]
                if due:
                    lane = min(due, key=lambda each: each.used_s)
                    self._used_s = lane.used_s
                    lane.take()
                    return lane
                if self._closing:
                    return None
                next_at = min((each.due_at for each in self._lanes), default=math.inf)
                self._changed.wait(None if next_at == math.inf else next_at - now)
