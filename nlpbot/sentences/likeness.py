"""Which texts are near each other, by their vectors."""

import heapq

import numpy as np
from jaxtyping import Float
from numpy import ndarray

__all__ = ["alike_pairs", "nearest_texts"]

BLOCK = 1024
"""Rows compared with all others at a time."""


def nearest_texts(vector: Float[ndarray, " S"], vectors: Float[ndarray, "N S"], most: int) -> list[tuple[int, float]]:
    """Return the rows nearest to a vector with their cosines, the nearest first."""
    cosines = vectors @ vector
    return [(int(row), float(cosines[row])) for row in np.argsort(-cosines, kind="stable")[:most]]


def alike_pairs(vectors: Float[ndarray, "N S"], *, least: float, most: int) -> tuple[list[tuple[int, int, float]], int]:
    """Return the pairs of rows whose cosine is at least so much, the most alike first, and how many there are in all.

    Args:
        vectors: of length 1.
        least: cosine.
        most: pairs to return.
    """
    found: list[tuple[float, int, int]] = []
    count = 0
    for start in range(0, len(vectors), BLOCK):
        cosines = vectors[start : start + BLOCK] @ vectors[start:].T
        rows, columns = np.nonzero(np.triu(cosines >= least, k=1))
        count += len(rows)
        scores = cosines[rows, columns]
        best = np.argsort(-scores, kind="stable")[:most]
        pairs = zip(scores[best].tolist(), (-start - rows[best]).tolist(), (-start - columns[best]).tolist())
        found = heapq.nlargest(most, [*found, *pairs])
    return [(-one, -other, score) for score, one, other in found], count
