"""Streams that share their steps: each step goes on with all live streams; they join and leave between steps.

Source: Gao et al. 2018, Low latency RNN inference with cellular batching (BatchMaker).
"""

import queue
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Generic, Protocol, TypeVar, runtime_checkable

__all__ = ["Stepper", "Stream", "Streams"]

MAX_UNREAD = 4096
"""Tokens a reader may lag behind before its stream is ended, so that a stalled one holds no memory for ever."""

Prompt = TypeVar("Prompt")
PromptIn = TypeVar("PromptIn", contravariant=True)
Token = TypeVar("Token")
TokenOut = TypeVar("TokenOut", covariant=True)


@runtime_checkable
class Stepper(Protocol[PromptIn, TokenOut]):
    """What makes the tokens. Called on the engine's thread only."""

    def admit(self, prompt: PromptIn) -> int:
        """Take a prompt in, and return the slot that it lives in."""

    def step(self) -> "Mapping[int, tuple[TokenOut | Exception, bool]]":
        """Go a step with each live slot; return what that made: slot to (token, whether it was the last).

        A stream that fails by itself has its error in the place of a token, and ends; the others go on.
        """

    def release(self, slot: int) -> None:
        """Free a slot."""


class _End:
    """The end of a stream, and the error that it ended by, if any."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error


class Stream(Generic[Prompt, Token]):
    """The tokens of one prompt, as they come. Iterate over it, or close it."""

    def __init__(self, prompt: Prompt) -> None:
        self.prompt = prompt
        self._tokens: queue.Queue[Token | _End] = queue.Queue(MAX_UNREAD)
        self._closed = threading.Event()

    def __iter__(self) -> Iterator[Token]:
        while not isinstance(token := self._tokens.get(), _End):
            yield token
        if token.error is not None:
            raise token.error

    def close(self) -> None:
        """Stop: the slot is free before the next step."""
        self._closed.set()

    @property
    def closed(self) -> bool:
        """Whether the reader has gone."""
        return self._closed.is_set()

    def put(self, token: Token) -> None:
        """Hand a token to the reader; a reader that lags too far behind is given up."""
        try:
            self._tokens.put_nowait(token)
        except queue.Full:
            self._closed.set()

    def end(self, error: Exception | None = None) -> None:
        """Hand over the end, with an error if there was one."""
        while True:
            try:
                self._tokens.put_nowait(_End(error))
                return
            except queue.Full:
                self._tokens.get_nowait()


class Streams(Generic[Prompt, Token]):
    """Streams over one stepper.

    Args:
        stepper: makes the tokens.
        slots: streams that live at once; others wait their turn.
    """

    def __init__(self, stepper: Stepper[Prompt, Token], *, slots: int = 32) -> None:
        self._stepper = stepper
        self._slots = slots
        self._waiting: deque[Stream[Prompt, Token]] = deque()
        self._live: dict[int, Stream[Prompt, Token]] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def live(self) -> bool:
        """Whether there is anything to do."""
        return bool(self._live or self._waiting)

    def enter(self, prompt: Prompt) -> Stream[Prompt, Token]:
        """Return a stream that waits for a slot."""
        stream: Stream[Prompt, Token] = Stream(prompt)
        self._waiting.append(stream)
        return stream

    def step(self) -> None:
        """Let streams leave and join, then make one token for each that lives."""
        for slot in [slot for slot, stream in self._live.items() if stream.closed]:
            self._leave(slot)
        self._join()
        if not self._live:
            return
        try:
            tokens = self._stepper.step()
        except Exception as error:  # what all share has failed; every reader must hear of it
            for slot in list(self._live):
                self._leave(slot, error)
            return
        for slot, (token, last) in tokens.items():
            if isinstance(token, Exception):
                self._leave(slot, token)
                continue
            self._live[slot].put(token)
            if last:
                self._leave(slot)

    def _join(self) -> None:
        while self._waiting and len(self._live) < self._slots:
            stream = self._waiting.popleft()
            if stream.closed:
                continue
            try:
                self._live[self._stepper.admit(stream.prompt)] = stream
            except Exception as error:  # this prompt's own failure
                stream.end(error)

    def _leave(self, slot: int, error: Exception | None = None) -> None:
        stream = self._live.pop(slot)
        self._stepper.release(slot)
        stream.end(error)
