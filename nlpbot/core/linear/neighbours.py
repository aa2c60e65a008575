"""Nearest neighbours: the label of the training rows that are most alike."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from sklearn.neighbors import KNeighborsClassifier

__all__ = ["NearestNeighbours"]


class NearestNeighbours:
    """Votes of the nearest training rows, by Euclidean distance.

    Source: Fix and Hodges 1951; Cover and Hart 1967, Nearest neighbor pattern classification.
    """

    def __init__(self, rows: Float[ndarray, "N D"], labels: Sequence[int], *, neighbours: int = 3) -> None:
        self._model = KNeighborsClassifier(n_neighbors=min(neighbours, len(rows)), weights="distance")
        self._model.fit(np.asarray(rows), np.asarray(labels))

    def predict(self, rows: Float[ndarray, "M D"]) -> Int[ndarray, " M"]:
        """Return the label of each row."""
        return np.asarray(self._model.predict(rows))
