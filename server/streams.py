"""Server-sent events: one event a line of JSON."""

import json
from collections.abc import Iterator
from typing import Any

from flask import Response

__all__ = ["event", "event_stream", "pieces"]

WORDS_A_PIECE = 3


def event(name: str | None, data: Any) -> str:
    """Return one event; without a name it is a bare message, as OpenAI's clients want it."""
    head = f"event: {name}\n" if name else ""
    body = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return f"{head}data: {body}\n\n"


def event_stream(events: Iterator[str]) -> Response:
    """Return a response that sends events as they come."""
    response = Response(events, mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    return response


def pieces(text: str) -> Iterator[str]:
    """Yield a text some words at a time, nothing lost."""
    words = text.split(" ")
    for start in range(0, len(words), WORDS_A_PIECE):
        piece = " ".join(words[start : start + WORDS_A_PIECE])
        yield piece if start == 0 else f" {piece}"
