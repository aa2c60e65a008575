"""What of a request is cut or ignored: told in its answer, or refused where a client is strict."""

from collections.abc import Sequence

from flask import Response

from server.errors import Problem

__all__ = ["NOTICE", "check_strict", "cut_notices", "with_notices"]

NOTICE = "X-Nlpbot-Notice"
MOST = 4
"""Notices in a header, which clients want short; the body holds all."""


def check_strict(strict: bool, unheeded: Sequence[str]) -> None:
    """Refuse a request of which something would be cut or ignored, where its client asks for that.

    Raises:
        Problem: something would be.
    """
    if strict and unheeded:
        raise Problem(400, f"strict: {unheeded[0]}")


def cut_notices(field: str, texts: Sequence[str], most: int) -> list[str]:
    """Return what is said of the texts of a field that are longer than the characters that are read."""
    return [
        f"{field}.{place}: {len(text)} characters; the first {most} were read"
        for place, text in enumerate(texts)
        if len(text) > most
    ]


def with_notices(response: Response, notices: Sequence[str]) -> Response:
    """Return a response whose header says what was cut."""
    if notices:
        more = [f"and {len(notices) - MOST} more"] if len(notices) > MOST else []
        response.headers[NOTICE] = "; ".join([*notices[:MOST], *more])
    return response
