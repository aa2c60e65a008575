"""What a model that only reads whole texts says of a text without each of its pieces."""

from collections.abc import Callable, Generator, Sequence
from itertools import pairwise

import numpy as np
from jaxtyping import Float
from numpy import ndarray

__all__ = ["Piece", "Scores", "scores_by_reading", "without"]

Piece = tuple[int, int]
"""A word or a run of words, text[start:end] of a text as `plain` reads it."""
Scores = Float[ndarray, "N L"]
Read = Callable[[Sequence[str]], Scores]
SLICE_TEXTS = 32
"""Read before others have their turn."""


def without(text: str, piece: Piece) -> str:
    """Return a text with a space in place of a piece."""
    start, end = piece
    return f"{text[:start].rstrip()} {text[end:].lstrip()}".strip()


def scores_by_reading(read: Read, text: str, pieces: Sequence[Piece], *, most: int) -> Generator[None, None, Scores]:
    """Return the scores of a text without each of its pieces.

    Where there are too many pieces, longer runs are left out, and what is lost with a run is shared out evenly among
    its characters.

    Args:
        read: gives texts their scores.
        text: as `plain` reads it.
        pieces: in any order; they may overlap.
        most: texts to read beside the whole one.

    Yields:
        between slices of the work, so that others may have their turn.
    """
    if len(pieces) <= most:
        return (yield from _read(read, [without(text, piece) for piece in pieces]))
    starts = sorted({start for start, _ in pieces})
    edges = np.array([*starts[:: -(-len(starts) // most)], max(end for _, end in pieces)])
    whole = read([text])
    scores = yield from _read(read, [without(text, run) for run in pairwise(edges.tolist())])
    lengths = np.diff(edges)[:, None]
    change = np.zeros((edges[-1] + 1, scores.shape[1]))
    change[edges[0] + 1 :] = np.repeat((scores - whole) / lengths, lengths[:, 0], axis=0).cumsum(axis=0)
    return np.asarray(whole + [change[end] - change[start] for start, end in pieces])


def _read(read: Read, texts: Sequence[str]) -> Generator[None, None, Scores]:
    found = []
    for first in range(0, len(texts), SLICE_TEXTS):
        found.append(read(texts[first : first + SLICE_TEXTS]))
        yield
    return np.concatenate(found)
