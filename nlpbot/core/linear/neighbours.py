"""Nearest neighbours: the label of the training rows that are most alike."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

__all__ = ["NearestNeighbours"]


class NearestNeighbours:
    """Votes of the nearest training rows, by Euclidean distance; nearer ones weigh more.

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
        from sklearn.neighbors import KNeighborsClassifier  # takes a second, which who serves a network need not wait

        self._count = max(labels) + 1 if count is None else count
        self._model = KNeighborsClassifier(n_neighbors=min(neighbours, len(rows)), weights="distance")
        self._model.fit(np.asarray(rows), np.asarray(labels))

    def probabilities(self, rows: Float[ndarray, "M D"]) -> Float[ndarray, "M L"]:
        """Return the share of the votes that each label has for each row."""
        found = np.zeros((len(rows), self._count), dtype=np.float32)
        found[:, self._model.classes_] = self._model.predict_proba(rows)
        return found
