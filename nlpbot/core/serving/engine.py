"""The engine: one thread that does all computing, whole requests in batches and live streams step by step.

Requests wait in a bounded queue and are refused at its door. Between two batches every live stream goes one step, so
neither starves the other. A batch that fails is tried again one by one, so that one bad request harms no other.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from nlpbot.core.errors import Closed, Overloaded
from nlpbot.core.serving.stepper import Stream, StreamLane

__all__ = ["Engine"]

Predict = Callable[[list[Any]], Sequence[Any]]


@dataclass(slots=True)
class _Lane:
    """Requests of one kind, which may share a batch."""

    predict: Predict
    max_batch: int
    max_delay_s: float
    waiting: deque[tuple[float, Any, Future[Any]]] = field(default_factory=deque)

    def due(self, now: float) -> bool:
        if not self.waiting:
            return False
        return len(self.waiting) >= self.max_batch or now - self.waiting[0][0] >= self.max_delay_s

    def take(self) -> list[tuple[Any, Future[Any]]]:
        """Return the next batch; what was cancelled meanwhile is dropped."""
        batch: list[tuple[Any, Future[Any]]] = []
        while self.waiting and len(batch) < self.max_batch:
            _, item, future = self.waiting.popleft()
            if future.set_running_or_notify_cancel():
                batch.append((item, future))
        return batch


class Engine:
    """Runs `predict` functions and streams on one thread of its own.

    Args:
        max_waiting: requests that may wait, over all lanes; more are refused.
    """

    def __init__(self, *, max_waiting: int = 256) -> None:
        self._max_waiting = max_waiting
        self._lanes: dict[str, _Lane] = {}
        self._streams: dict[str, StreamLane] = {}
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def add_lane(self, name: str, predict: Predict, *, max_batch: int = 32, max_delay_s: float = 0.002) -> None:
        """Serve requests by a function from a list of inputs to as many outputs, in the same order.

        Args:
            name: what `submit` calls it.
            predict: called on the engine's thread only.
            max_batch: inputs in a call.
            max_delay_s: seconds that a request waits for company.
        """
        self._lanes[name] = _Lane(predict, max_batch, max_delay_s)

    def add_streams(self, name: str, lane: StreamLane) -> None:
        """Serve streams by a lane that goes one step at a time."""
        self._streams[name] = lane

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def submit(self, lane: str, item: Any) -> "Future[Any]":
        """Return the future output for one input.

        Raises:
            Overloaded: too many requests are waiting.
            Closed: the engine is stopping.
        """
        return self.submit_all(lane, [item])[0]

    def submit_all(self, lane: str, items: Sequence[Any]) -> "list[Future[Any]]":
        """Return the future outputs for some inputs, taken in together or not at all.

        Raises:
            Overloaded: too many requests are waiting.
            Closed: the engine is stopping.
        """
        futures: list[Future[Any]] = [Future() for _ in items]
        with self._changed:
            self._check_door(len(items))
            now = time.monotonic()
            self._lanes[lane].waiting.extend((now, item, future) for item, future in zip(items, futures, strict=True))
            self._changed.notify()
        return futures

    def stream(self, lane: str, prompt: Any) -> Stream:
        """Return a stream whose tokens come as they are made; close it to stop.

        Raises:
            Overloaded: too many requests are waiting.
            Closed: the engine is stopping.
        """
        with self._changed:
            self._check_door()
            stream = self._streams[lane].enter(prompt)
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
        return sum(len(lane.waiting) for lane in self._lanes.values()) + sum(len(s) for s in self._streams.values())

    def _check_door(self, coming: int = 1) -> None:
        if self._closing:
            raise Closed("the server is stopping; try again in a moment")
        if self.waiting + coming > self._max_waiting:
            raise Overloaded(f"{self.waiting} requests are waiting already; try again in a second")

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._closing and not self._busy():
                    return
                while not (self._closing or self._anything_due()):
                    self._changed.wait(self._next_due_s())
            for lane in self._lanes.values():
                if lane.due(time.monotonic()) or self._closing:
                    _serve(lane)
            for streams in self._streams.values():
                streams.step()

    def _busy(self) -> bool:
        return self.waiting > 0 or any(streams.live for streams in self._streams.values())

    def _anything_due(self) -> bool:
        now = time.monotonic()
        return any(lane.due(now) for lane in self._lanes.values()) or any(s.live for s in self._streams.values())

    def _next_due_s(self) -> float | None:
        """Return the seconds until some request has waited long enough, or None where none waits."""
        now = time.monotonic()
        waits = [lane.waiting[0][0] + lane.max_delay_s - now for lane in self._lanes.values() if lane.waiting]
        return max(min(waits), 0.0) if waits else None


def _serve(lane: _Lane) -> None:
    """Answer one batch; where it fails, one by one."""
    batch = lane.take()
    if not batch:
        return
    try:
        outputs = _outputs(lane.predict, [item for item, _ in batch])
    except Exception as error:  # a model may raise anything; its batch mates must still be answered
        if len(batch) == 1:
            batch[0][1].set_exception(error)
            return
        for item, future in batch:
            _serve_alone(lane.predict, item, future)
        return
    for (_, future), output in zip(batch, outputs, strict=True):
        future.set_result(output)


def _serve_alone(predict: Predict, item: Any, future: "Future[Any]") -> None:
    try:
        future.set_result(_outputs(predict, [item])[0])
    except Exception as error:  # this one's own failure is this one's answer
        future.set_exception(error)


def _outputs(predict: Predict, items: list[Any]) -> Sequence[Any]:
    outputs = predict(items)
    if len(outputs) != len(items):
        raise ValueError(f"{len(outputs)} outputs for {len(items)} inputs; as many wanted")
    return outputs
