"""A linear classifier of dense rows, such as vectors of texts."""

import warnings
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

__all__ = ["fit_dense"]

COST = 20.0
"""How much a mistake costs against large weights: rows of length 1 need large ones to be sure."""
ITERATIONS = 300
LEAST = -10.0
"""Score of a label that no row has."""


def fit_dense(
    rows: Float[ndarray, "N D"], labels: Sequence[int], *, count: int
) -> tuple[Float[ndarray, "D L"], Float[ndarray, " L"]]:
    """Return the weights and the bias of each label, by logistic regression.

    Args:
        rows: of about length 1.
        labels: numbers from 0 to `count` - 1.
        count: labels in all; one that no row has gets the lowest score.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression  # only here, since to be loaded takes it a second

    present = sorted(set(labels))
    weights, bias = np.zeros((rows.shape[1], count), dtype=np.float32), np.full(count, LEAST, dtype=np.float32)
    bias[present] = 0.0
    if len(present) < 2:  # nothing to tell apart
        return weights, bias
    with warnings.catch_warnings():  # with tens of thousands of rows: what is left to gain by then is nothing
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LogisticRegression(C=COST, max_iter=ITERATIONS).fit(rows, labels)
    if len(present) == 2:  # scikit-learn fits one score: that of the second against the first
        weights[:, present[1]], bias[present[1]] = model.coef_[0], model.intercept_[0]
    else:
        weights[:, present], bias[present] = model.coef_.T, model.intercept_
    return weights, bias
