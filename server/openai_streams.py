"""How OpenAI's clients are sent an answer piece by piece."""

from collections.abc import Iterable, Iterator

from nlpbot.core.serving.limits import ConcurrencyLimit
from server.errors import OpenAIError, to_problem
from server.openai_fields import Chunk, StreamOptions
from server.streams import event

__all__ = ["chunk_events", "failure_event", "held"]

DONE = "[DONE]"


def chunk_events(chunks: Iterable[Chunk], options: StreamOptions | None) -> Iterator[str]:
    """Yield chunks as events; the last, which tells of the usage, only where it is asked for."""
    for chunk in chunks:
        if chunk.usage is None or (options is not None and options.include_usage):
            yield event(None, chunk)
    yield event(None, DONE)


def held(events: Iterator[str], limit: ConcurrencyLimit) -> Iterator[str]:
    """Yield events while they count as a stream that is open.

    Raises:
        Overloaded: too many are.
    """
    with limit.hold():
        yield from events


def failure_event(error: Exception) -> str:
    """Return the event that tells of a failure."""
    return event(None, OpenAIError.of(500, to_problem(error).detail))
