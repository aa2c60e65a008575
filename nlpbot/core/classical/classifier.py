"""The classical text classifier: a linear score over n-grams for each label."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from scipy.sparse import csr_matrix, issparse
from torch import Tensor

from nlpbot.core.classical.features import NgramFeatures
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.kernel.sparse_tensors import sparse_from_tensors, sparse_to_tensors

__all__ = ["LinearClassifier"]

MANY_LABELS = 20
"""From here on a linear SVM is fitted, one label against the rest: as good, and minutes faster."""

SVM_TOLERANCE = 0.02
"""Finer changes no prediction, and takes a third longer."""

SVM_LEAST = 0.002
"""Smaller weights, about a third of those that are not zero, are left out: scores are some 1 apart."""

SPARSE_BELOW = 0.5
"""With a smaller fraction of weights that are not zero, only those are kept: each takes twice the room."""


class LinearClassifier:
    """Scores for each label, linear in n-gram features.

    Two to `MANY_LABELS` labels are told apart by logistic regression, more by linear support vector machines. Either
    way the scores are to be calibrated before they are called probabilities.

    Source: Fan et al. 2008, LIBLINEAR.
    """

    def __init__(
        self, features: NgramFeatures, weights: Float[ndarray, "D L"] | csr_matrix, bias: Float[ndarray, " L"]
    ) -> None:
        self.features = features
        self.weights = weights
        self.bias = bias

    @classmethod
    def fit(
        cls, texts: Sequence[str], labels: Sequence[int], *, count: int, seed: int, cost: float | None = None
    ) -> "LinearClassifier":
        """Return the classifier of labelled texts.

        Args:
            texts: normalised.
            labels: numbers from 0 to `count` - 1.
            count: labels in all; one that no text has gets the lowest score.
            seed: of the order in which liblinear looks at rows.
            cost: how much a mistake costs against large weights; by default 10 for logistic regression, .5 for SVMs.
        """
        from sklearn.linear_model import LogisticRegression  # only here, since to be loaded takes them a second
        from sklearn.svm import LinearSVC

        features, rows = NgramFeatures.fit(texts)
        present = sorted(set(labels))
        weights = np.zeros((rows.shape[1], count), dtype=np.float32)
        bias = np.full(count, -10.0, dtype=np.float32)
        bias[present] = 0.0
        if len(present) > MANY_LABELS:
            model = LinearSVC(C=cost or 0.5, tol=SVM_TOLERANCE, random_state=seed)
        else:
            solver = "liblinear" if len(present) == 2 else "lbfgs"
            model = LogisticRegression(C=cost or 10.0, solver=solver, max_iter=300, random_state=seed)
        if len(present) > 1:
            model.fit(rows, labels)
            _place(model, present, weights, bias)
        if len(present) > MANY_LABELS:
            weights[np.abs(weights) < SVM_LEAST] = 0
        is_sparse = np.count_nonzero(weights) < SPARSE_BELOW * weights.size
        return cls(features, csr_matrix(weights) if is_sparse else weights, bias)

    def scores(self, texts: Sequence[str]) -> Float[ndarray, "N L"]:
        """Return a score for each label of each text; softmax of them, calibrated, are probabilities."""
        scores = self.features.transform(texts) @ self.weights
        dense = scores.toarray() if issparse(scores) else scores
        return np.asarray(dense + self.bias, dtype=np.float32)

    def tensors(self) -> dict[str, Tensor]:
        """Return the arrays to be saved; the n-grams are saved beside them."""
        if issparse(self.weights):
            weights = sparse_to_tensors("weights", self.weights)
        else:
            weights = {"weights": torch.from_numpy(np.ascontiguousarray(self.weights))}
        return {**weights, "bias": torch.from_numpy(self.bias), "idf": torch.from_numpy(self.features.weights())}

    @classmethod
    def from_parts(cls, ngrams: Any, tensors: dict[str, Tensor]) -> "LinearClassifier":
        """Return the classifier that was saved.

        Raises:
            BundleError: the parts don't fit each other.
        """
        try:
            bias, idf = (tensors[name].numpy() for name in ("bias", "idf"))
        except KeyError as error:
            raise BundleError(f"linear classifier: {error} is missing; train the bundle again") from error
        features = NgramFeatures.from_parts(ngrams, idf)
        shape = (len(features), len(bias))
        if "weights" not in tensors:
            return cls(features, sparse_from_tensors("weights", tensors, shape=shape), bias)
        weights = tensors["weights"].numpy()
        if weights.shape != shape:
            raise BundleError("linear classifier: weights don't fit the n-grams; train the bundle again")
        return cls(features, weights, bias)


def _place(model: Any, present: Sequence[int], weights: Float[ndarray, "D L"], bias: Float[ndarray, " L"]) -> None:
    """Copy what was fitted into the columns of the labels that came; two labels share one set of weights."""
    if len(present) == 2:  # scikit-learn fits one score: that of the second against the first
        weights[:, present[1]] = model.coef_[0]
        bias[present[0]], bias[present[1]] = 0.0, model.intercept_[0]
        return
    weights[:, present] = model.coef_.T
    bias[present] = model.intercept_
