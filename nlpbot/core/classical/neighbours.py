"""Nearest neighbours: the label of the training rows that are most alike."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

__all__ = ["NearestNeighbours"]

BLOCK = 512
"""Rows whose distances are taken at a time."""


class NearestNeighbours:
    """Votes of the nearest training rows, by Euclidean distance; nearer ones weigh more, and the same row all.

    Args:
        rows: to find neighbours among.
        labels: of each, from 0.
        count: labels in all; by default as many as come.
        neighbours: that vote.

    Source: Fix and Hodges 1951; Cover and Hart 1967, Nearest neighbor pattern classification.
    """

    def __init__(
        self, rows: Float[ndarray, "N D"], labels: Sequence[int], *, count: int | None = None, neighbours: int = 3
    ) -> None:
        self._rows = np.asarray(rows, dtype=np.float64)
        self._squares = (self._rows**2).sum(axis=1)
        self._labels = np.asarray(labels)
        self._count = int(self._labels.max()) + 1 if count is None else count
        self._voters = min(neighbours, len(rows))

    def probabilities(self, rows: Float[ndarray, "M D"]) -> Float[ndarray, "M L"]:
        """Return the fraction of the votes that each label has for each row."""
        blocks = [rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK)]
        return np.concatenate([np.zeros((0, self._count), dtype=np.float32), *map(self._shares, blocks)])

    def _shares(self, rows: Float[ndarray, "M D"]) -> Float[ndarray, "M L"]:
        # The nearest by the squared distance less what is the same for all; then their distances, to the last digit.
        far = self._squares - 2 * rows @ self._rows.T
        nearest = np.argpartition(far, self._voters - 1)[:, : self._voters]
        distances = np.linalg.norm(rows[:, None] - self._rows[nearest], axis=2)
        same = distances == 0
        votes = np.where(same.any(axis=1, keepdims=True), same, 1 / np.where(same, 1, distances))
        found = np.zeros((len(rows), self._count), dtype=np.float32)
        np.add.at(found, (np.arange(len(rows))[:, None], self._labels[nearest]), votes)
        return np.asarray(found / votes.sum(axis=1, keepdims=True, dtype=np.float32))
