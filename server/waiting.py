"""Wait for the engine as long as the client waits, and not for ever."""

import time
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import closing
from typing import TypeVar

from flask import g, has_request_context, request

from nlpbot.core.serving.lane import Lane
from server.errors import Problem

__all__ = ["ANSWER_S", "output_of", "outputs_of", "while_client_waits"]

ANSWER_S = 60.0
"""Seconds that a request waits for the engine before it is given up."""
LOOK_S = 0.1
"""Seconds between two looks at whether the client is still there."""
T = TypeVar("T")
In = TypeVar("In")
Out = TypeVar("Out")


def output_of(lane: Lane[In, Out], item: In) -> Out:
    """Return a lane's output for one input, as soon as there is one; it raises what `outputs_of` does."""
    return outputs_of(lane, [item])[0]


def outputs_of(lane: Lane[In, Out], items: Sequence[In]) -> list[Out]:
    """Return a lane's outputs for some inputs, in the same order; what nobody waits for any more is cancelled.

    Raises:
        Overloaded: those before would take too long; only what a request asks first can be refused.
        Closed: the engine is stopping.
        Problem: the client has gone.
        TimeoutError: it took too long.
    """
    futures = lane.submit_all(items, admitted=has_request_context() and "admitted" in g)
    if has_request_context():
        g.admitted = True
    given_up_at = time.monotonic() + ANSWER_S
    try:
        return [_result_of(future, given_up_at) for future in futures]
    finally:
        for future in futures:
            future.cancel()


def while_client_waits(pieces: Generator[T, None, None]) -> Iterator[T]:
    """Yield what is made piece by piece, as long as the client waits for the whole.

    Raises:
        Problem: the client has gone.
    """
    with closing(pieces):
        for piece in pieces:
            _check_client()
            yield piece


def _result_of(future: Future[Out], given_up_at: float) -> Out:
    while wait([future], LOOK_S).not_done:
        _check_client()
        if time.monotonic() > given_up_at:
            raise TimeoutError(f"no output after {ANSWER_S:.0f} s")
    return future.result()


def _check_client() -> None:
    """Refuse to go on for nobody.

    Raises:
        Problem: the client has gone; the status is for the figures only, as nginx has it.
    """
    if has_request_context() and request.environ.get("waitress.client_disconnected", bool)():
        raise Problem(499, "the client has gone")
