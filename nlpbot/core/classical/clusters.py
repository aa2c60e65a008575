"""Rows in groups: those that point nearly the same way together."""

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from sklearn.cluster import KMeans

__all__ = ["cluster_rows"]

TRIES = 4


def cluster_rows(
    rows: Float[ndarray, "N D"], count: int, *, seed: int
) -> tuple[Int[ndarray, " N"], Float[ndarray, " N"]]:
    """Return the number of each row's group, and the cosine of each row with the middle of its group.

    Args:
        rows: of length 1, at least `count`.
        count: groups.
        seed: of where their middles start.

    Source: MacQueen 1967, Some methods for classification and analysis of multivariate observations (k-means).
    """
    found = KMeans(count, n_init=TRIES, random_state=seed).fit(rows)
    middles = found.cluster_centers_ / np.maximum(np.linalg.norm(found.cluster_centers_, axis=1, keepdims=True), 1e-9)
    numbers = found.labels_.astype(np.int64)
    return numbers, (rows * middles[numbers]).sum(axis=1)
