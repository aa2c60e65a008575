"""Server-sent events: one event a line of JSON."""

from collections.abc import Callable, Iterator

from flask import Response

from server.bodies import Body, as_json

__all__ = ["EVENTS", "event", "event_stream", "pieces"]

EVENTS = "text/event-stream"
WORDS_A_PIECE = 3
LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""Ends of lines to many readers of lines, though not in the standard of events; JSON can write them otherwise."""


def event(name: str | None, data: Body | str) -> str:
    """Return one event; without a name it is a bare message, as OpenAI's clients want it."""
    head = f"event: {name}\n" if name else ""
    line = data if isinstance(data, str) else as_json(data).translate(LINE_ENDS)
    return f"{head}data: {line}\n\n"


def event_stream(events: Iterator[str], failed: Callable[[Exception], str]) -> Response:
    """Return a response that sends events as they come.

    Args:
        events: what fails before the first is raised here, while there still is a status to refuse it by.
        failed: from what fails later to the event that tells of it.
    """
    first = next(events)

    def sent() -> Iterator[str]:
        try:
            yield first
            yield from events
        except Exception as error:  # the response has begun, so its failure is an event
            yield failed(error)

    response = Response(sent(), mimetype=EVENTS)
    response.headers["X-Accel-Buffering"] = "no"
    return response


def pieces(text: str) -> Iterator[str]:
    """Yield a text some words at a time, nothing lost."""
    words = text.split(" ")
    for start in range(0, len(words), WORDS_A_PIECE):
        piece = " ".join(words[start : start + WORDS_A_PIECE])
        yield piece if start == 0 else f" {piece}"
