"""The door of the engine: who may come in, whose turn is next, and when all is done.

Only what has anything to do is known here. Lanes that nobody uses any more, such as those of a model that another has
replaced, are gone as soon as their work is done.
"""

import math
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from nlpbot.core.kernel.errors import Closed, Overloaded
from nlpbot.core.serving.turns import Turns

__all__ = ["Door"]

T = TypeVar("T")


class Door:
    """Lets work in, and hands out turns.

    Args:
        max_waiting: items that may wait, over all lanes; more are refused.
        max_wait_s: seconds that a request may have to wait for those before it; where it would be more it is refused.
    """

    def __init__(self, *, max_waiting: int, max_wait_s: float) -> None:
        self.max_waiting = max_waiting
        self.max_wait_s = max_wait_s
        self._changed = threading.Condition()
        self._busy: list[Turns] = []
        self._closing = False
        self._used_s = 0.0
        """What the lane had had whose turn came last; one that was idle starts from there."""

    def enter(self, lane: Turns, coming: int, enter: Callable[[], T], *, admitted: bool = False) -> T:
        """Return what `enter` gives, which is called while nothing else comes or goes.

        Args:
            lane: that is entered.
            coming: how many items come.
            enter: puts them into the lane.
            admitted: whether they belong to a request that was let in and has waited before.

        Raises:
            Overloaded: those before them would take too long.
            Closed: the engine is stopping.
        """
        with self._changed:
            self._check(lane, coming, admitted=admitted)
            if not lane.busy:  # one that was idle is next, but not for as long as it was idle
                lane.used_s = max(lane.used_s, self._used_s)
            entered = enter()
            if lane not in self._busy:
                self._busy.append(lane)
            self._changed.notify()
        return entered

    def close(self) -> None:
        """Let nothing in any more."""
        with self._changed:
            self._closing = True
            self._changed.notify()

    @property
    def waiting(self) -> int:
        """Items that wait."""
        with self._changed:
            return sum(map(len, self._busy))

    @property
    def busy(self) -> bool:
        """Whether anything waits or is worked on."""
        with self._changed:
            return any(lane.busy for lane in self._busy)

    def next_turn(self) -> Turns | None:
        """Wait until a lane has a turn to take, and take it; return None once all is done and no more may come."""
        with self._changed:
            while True:
                self._busy = [lane for lane in self._busy if lane.busy]
                now = time.monotonic()
                if due := [lane for lane in self._busy if self._closing or lane.due_at <= now]:
                    lane = min(due, key=lambda each: each.used_s)
                    self._used_s = lane.used_s
                    lane.take()
                    return lane
                if self._closing:
                    return None
                next_at = min((lane.due_at for lane in self._busy), default=math.inf)
                self._changed.wait(None if next_at == math.inf else next_at - now)

    def _check(self, lane: Turns, coming: int, *, admitted: bool) -> None:
        if self._closing:
            raise Closed("the server is stopping; try again in a moment")
        waiting = sum(map(len, self._busy))
        if waiting + coming > self.max_waiting:
            raise Overloaded(f"{waiting} requests are waiting already; try again in a moment")
        wait_s = lane.wait_s(coming)
        if wait_s > self.max_wait_s and not admitted:
            raise Overloaded(f"{wait_s:.0f} s to wait; try again then", retry_after_s=wait_s)
