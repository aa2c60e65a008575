"""Streams as the engine has them: their turns are steps."""

from typing import Generic, TypeVar

from nlpbot.core.serving.pace import Pace
from nlpbot.core.serving.streams import Stream, Streams
from nlpbot.core.serving.turns import NEVER, NOW

__all__ = ["StreamTurns"]

Prompt = TypeVar("Prompt")
Token = TypeVar("Token")


class StreamTurns(Generic[Prompt, Token]):
    """The turns of streams: a step of all that live.

    Args:
        streams: that go together.
    """

    def __init__(self, streams: Streams[Prompt, Token]) -> None:
        self.used_s = 0.0
        self._streams = streams
        self._pace = Pace()
        self._entered = 0
        self._held_up = 0
        """Streams that wait though a step has been: no slot was free."""

    def __len__(self) -> int:
        return len(self._streams)

    @property
    def due_at(self) -> float:
        """When there is a step to go: at once, where streams live."""
        return NOW if self.busy else NEVER

    @property
    def busy(self) -> bool:
        """Whether any stream lives or waits."""
        return self._streams.live

    def enter(self, prompt: Prompt) -> Stream[Prompt, Token]:
        """Return a stream that waits for a slot."""
        self._entered += 1
        return self._streams.enter(prompt)

    def wait_s(self, coming: int) -> float:  # noqa: ARG002  # each joins alone
        """Return the seconds that a newcomer would wait for a slot."""
        return self._pace.wait_s(len(self) if self._held_up else 0)

    def take(self) -> None:
        """Have nothing to take: streams join in the step."""

    def work(self) -> None:
        """Go a step."""
        before = self._joined()
        self._streams.step()
        joined = min(self._joined() - before, self._held_up)
        if joined > 0:
            self._pace.left(joined)
        elif not self._held_up:
            self._pace.begin()
        self._held_up = len(self)

    def _joined(self) -> int:
        return self._entered - len(self)
