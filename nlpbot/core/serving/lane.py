"""Lanes: where work of one kind is handed in to the engine, typed by what goes in and what comes out."""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from nlpbot.core.serving.door import Door
from nlpbot.core.serving.requests import Requests
from nlpbot.core.serving.stream_turns import StreamTurns
from nlpbot.core.serving.streams import Stream

__all__ = ["Lane", "StreamLane"]

In = TypeVar("In")
Out = TypeVar("Out")
Prompt = TypeVar("Prompt")
Token = TypeVar("Token")


class Lane(Generic[In, Out]):
    """Where whole requests are handed in; `Engine.add_lane` and `Engine.add_tasks` make them.

    Args:
        door: of the engine.
        requests: that wait there.
    """

    def __init__(self, door: Door, requests: Requests[In, Out]) -> None:
        self._door = door
        self._requests = requests

    def submit(self, item: In) -> Future[Out]:
        """Return the future output for one input.

        Raises:
            Overloaded: those before it would take too long.
            Closed: the engine is stopping.
        """
        return self.submit_all([item])[0]

    def submit_all(self, items: Sequence[In], *, admitted: bool = False) -> list[Future[Out]]:
        """Return the future outputs for some inputs, taken in together or not at all; what is cancelled is not done.

        Args:
            items: the inputs.
            admitted: whether they belong to a request that was let in and has waited before; they come next.

        Raises:
            Overloaded: those before them would take too long.
            Closed: the engine is stopping.
        """

        def enter() -> list[Future[Out]]:
            return self._requests.enter(items, admitted=admitted)

        return self._door.enter(self._requests, len(items), enter, admitted=admitted)


class StreamLane(Generic[Prompt, Token]):
    """Where streams are begun; `Engine.add_streams` makes them.

    Args:
        door: of the engine.
        turns: the steps that the streams share.
    """

    def __init__(self, door: Door, turns: StreamTurns[Prompt, Token]) -> None:
        self._door = door
        self._turns = turns

    def stream(self, prompt: Prompt) -> Stream[Prompt, Token]:
        """Return a stream whose tokens come as they are made; close it to stop.

        Raises:
            Overloaded: those before it would take too long.
            Closed: the engine is stopping.
        """
        return self._door.enter(self._turns, 1, lambda: self._turns.enter(prompt))
