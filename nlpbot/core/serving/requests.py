"""Requests that wait, served in turns that are short: a batch of them, or a slice of one.

They take turns too, an item each, so that one of many items holds up none of few.
"""

import math
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from typing import Generic, TypeAlias, TypeVar

from nlpbot.core.serving.pace import Pace, RecentMean
from nlpbot.core.serving.turns import NEVER, NOW, TURN_S

__all__ = ["BatchRequests", "Predict", "Requests", "Slices", "TaskRequests"]

In = TypeVar("In")
Out = TypeVar("Out")

Predict: TypeAlias = Callable[[list[In]], Sequence[Out]]
Slices: TypeAlias = Callable[[In], Generator[None, None, Out]]
Entry: TypeAlias = tuple[In, Future[Out]]

BATCH_S = TURN_S / 2
"""Seconds that a batch is meant to take, since no estimate is exact."""


class Requests(ABC, Generic[In, Out]):
    """Requests that wait: each is a queue of items with the futures of their outputs, and gives one item in turn."""

    def __init__(self, *, unmeasured_s: float) -> None:
        self.used_s = 0.0
        self._pace = Pace(unmeasured_s=unmeasured_s)
        self._requests: deque[deque[Entry[In, Out]]] = deque()
        self._in_hand: list[Entry[In, Out]] = []
        self._since = 0.0

    def __len__(self) -> int:
        return sum(len(request) for request in self._requests)

    @property
    def busy(self) -> bool:
        """Whether there is anything left to do."""
        return bool(self._requests or self._in_hand)

    @property
    @abstractmethod
    def due_at(self) -> float:
        """When there is a turn to take, by `time.monotonic`."""

    @abstractmethod
    def take(self) -> None:
        """Take in hand what comes next; called while nothing can enter."""

    @abstractmethod
    def work(self) -> None:
        """Do what was taken in hand; called while anything can enter."""

    def enter(self, items: Sequence[In], *, admitted: bool = False) -> list[Future[Out]]:
        """Return the futures of a request's items, which wait from now on; next, if it has waited here before."""
        if not self.busy:
            self._since = time.monotonic()
            self._pace.begin()
        futures: list[Future[Out]] = [Future() for _ in items]
        if items:
            add = self._requests.appendleft if admitted else self._requests.append
            add(deque(zip(items, futures, strict=True)))
        return futures

    def wait_s(self, coming: int) -> float:
        """Return the seconds that so many newcomers would wait for those before them."""
        return self._pace.wait_s(len(self._in_hand) + sum(min(len(request), coming) for request in self._requests))

    def _next(self) -> Entry[In, Out] | None:
        """Take out the next item that somebody still wants, of the request whose turn it is."""
        while self._requests:
            request = self._requests.popleft()
            entry = request.popleft()
            if request:
                self._requests.append(request)
            if not entry[1].cancelled():
                return entry
        return None


class BatchRequests(Requests[In, Out]):
    """Items that may share a batch; of a batch that fails each is tried again alone, so that one harms no other.

    Args:
        predict: from inputs to as many outputs, in the same order.
        max_batch: inputs in a call.
        max_delay_s: seconds that an input waits for company.
        size: of an input; what a batch takes grows with the sum of them.
    """

    def __init__(
        self, predict: Predict[In, Out], *, max_batch: int, max_delay_s: float, size: Callable[[In], float]
    ) -> None:
        super().__init__(unmeasured_s=0.0)
        self._predict = predict
        self._max_batch = max_batch
        self._max_delay_s = max_delay_s
        self._size = size
        self._per_size = RecentMean()
        self._alone: deque[Entry[In, Out]] = deque()
        """Of batches that failed."""

    @property
    def busy(self) -> bool:
        """Whether there is anything left to do."""
        return bool(self._alone) or super().busy

    @property
    def due_at(self) -> float:
        """When there is a batch to take: as soon as it is full, or its first has waited long enough."""
        if self._alone:
            return NOW
        if not self._requests:
            return NEVER
        return NOW if len(self) >= self._max_batch else self._since + self._max_delay_s

    def take(self) -> None:
        """Take the next batch in hand, as large as its time allows."""
        if self._alone:
            self._in_hand = [self._alone.popleft()]
            return
        left = self._largest()
        while self._requests and len(self._in_hand) < self._max_batch:
            left -= self._size(self._requests[0][0][0])
            if self._in_hand and left < 0:
                return
            entry = self._next()
            if entry is not None and entry[1].set_running_or_notify_cancel():
                self._in_hand.append(entry)

    def _largest(self) -> float:
        """Return the size that a batch may have; before its time is known, that of one input."""
        seconds = self._per_size.seconds
        if seconds is None:
            return 0.0
        return BATCH_S / seconds if seconds else math.inf

    def work(self) -> None:
        """Answer the batch in hand."""
        if not (batch := self._in_hand):
            return
        started = time.monotonic()
        try:
            outputs = self._predict([item for item, _ in batch])
            if len(outputs) != len(batch):
                raise ValueError(f"{len(outputs)} outputs for {len(batch)} inputs; expected as many")
        except Exception as error:  # a model may raise anything; its batch mates must still be answered
            self._failed(batch, error)
        else:
            for (_, future), output in zip(batch, outputs, strict=True):
                future.set_result(output)
            self._pace.left(len(batch))
        self._per_size.add(time.monotonic() - started, sum(self._size(item) for item, _ in batch))
        self._in_hand = []

    def _failed(self, batch: list[Entry[In, Out]], error: Exception) -> None:
        if len(batch) > 1:
            self._alone.extend(batch)
            return
        batch[0][1].set_exception(error)
        self._pace.left()


class TaskRequests(Requests[In, Out]):
    """Long work, one item after the other, cut into slices between which other lanes have their turns.

    Args:
        slices: from an input to a generator: each `next` is a slice, what it returns in the end the output.
    """

    def __init__(self, slices: Slices[In, Out]) -> None:
        super().__init__(unmeasured_s=TURN_S)
        self._slices = slices
        self._task: Generator[None, None, Out] | None = None

    @property
    def due_at(self) -> float:
        """When there is a slice to do: at once."""
        return NOW if self.busy else NEVER

    def take(self) -> None:
        """Take the next item in hand, if none is."""
        if not self._in_hand and (entry := self._next()) is not None:
            self._in_hand = [entry]

    def work(self) -> None:
        """Do a slice of the item in hand, or drop it where nobody wants it any more."""
        if not self._in_hand:
            return
        ((item, future),) = self._in_hand
        try:
            if self._task is None:
                self._task = self._slices(item)
            if not future.cancelled():
                next(self._task)
                return
            self._task.close()
        except StopIteration as end:
            if future.set_running_or_notify_cancel():
                future.set_result(end.value)
        except Exception as error:  # this one's own failure is this one's answer
            if future.set_running_or_notify_cancel():
                future.set_exception(error)
        self._task = None
        self._in_hand = []
        self._pace.left()
