"""The engine: one thread that does all computing, in turns: batches of requests, slices of tasks, steps of streams.

The next turn is that of the lane which has had least of the thread, so that long work holds up no short work for more
than the turn that is running. Requests are refused at the door, as soon as those before them would take too long.
"""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from nlpbot.core.serving.door import Door
from nlpbot.core.serving.lane import Lane, StreamLane
from nlpbot.core.serving.requests import BatchRequests, Predict, Slices, TaskRequests
from nlpbot.core.serving.stream_turns import StreamTurns
from nlpbot.core.serving.streams import Stepper, Streams

__all__ = ["Engine"]

In = TypeVar("In")
Out = TypeVar("Out")
Prompt = TypeVar("Prompt")
Token = TypeVar("Token")


def _one(_item: object) -> float:
    return 1.0


class Engine:
    """Runs `predict` functions, tasks and streams on one thread of its own.

    Lanes may be added at any time; one that is no longer used is forgotten as soon as it is idle.

    Args:
        max_waiting: items that may wait, over all lanes; more are refused.
        max_wait_s: seconds that a request may have to wait for those before it; where it would be more it is refused.
    """

    def __init__(self, *, max_waiting: int = 1024, max_wait_s: float = 2.0) -> None:
        self._door = Door(max_waiting=max_waiting, max_wait_s=max_wait_s)
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def add_lane(
        self,
        predict: Predict[In, Out],
        *,
        max_batch: int = 32,
        max_delay_s: float = 0.002,
        size: Callable[[In], float] = _one,
    ) -> Lane[In, Out]:
        """Return a lane served by a function from a list of inputs to as many outputs, in the same order.

        Args:
            predict: called on the engine's thread only.
            max_batch: inputs in a call.
            max_delay_s: seconds that a request waits for company.
            size: of an input, over 0; the time of a batch grows with the sum of them, and keeps batches short.
        """
        return Lane(self._door, BatchRequests(predict, max_batch=max_batch, max_delay_s=max_delay_s, size=size))

    def add_tasks(self, slices: Slices[In, Out]) -> Lane[In, Out]:
        """Return a lane served by long work that is cut into slices.

        Args:
            slices: from an input to a generator, which runs on the engine's thread only: each `next` is a slice of at
                most `TURN_S`, what it returns in the end the output; closed where nobody wants that any more.
        """
        return Lane(self._door, TaskRequests(slices))

    def add_streams(self, stepper: Stepper[Prompt, Token], *, slots: int = 32) -> StreamLane[Prompt, Token]:
        """Return a lane whose streams share their steps.

        Args:
            stepper: makes the tokens, on the engine's thread only.
            slots: streams that live at once; others wait their turn.
        """
        return StreamLane(self._door, StreamTurns(Streams(stepper, slots=slots)))

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def close(self, *, timeout_s: float = 30.0) -> None:
        """Take no new work, finish what waits, and end the thread."""
        self._door.close()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    @property
    def waiting(self) -> int:
        """Requests in the queue."""
        return self._door.waiting

    @property
    def busy(self) -> bool:
        """Whether anything waits or is worked on."""
        return self._door.busy

    def _run(self) -> None:
        while (lane := self._door.next_turn()) is not None:
            started = time.monotonic()
            lane.work()
            lane.used_s += time.monotonic() - started
            del lane  # what has been replaced is not to stay in memory while this thread waits
