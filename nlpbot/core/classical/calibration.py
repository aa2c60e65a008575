"""Turn scores into probabilities that can be acted on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.special import log_softmax, softmax

__all__ = ["Calibration"]

WEIGHT_PULL, BIAS_PULL = 1e-4, 1e-2
"""Pull towards the blend one starts with, so that little data can't run away."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A softmax over scores of one model or several: each model's scores times its weight, plus a bias a label.

    With one model this is temperature scaling (with bias: vector scaling); with several it is stacking. It is fitted
    on scores that each model gave to texts it was not trained on.

    Attributes:
        weights: one for each model.
        bias: one for each label.

    Source: Guo et al. 2017, On calibration of modern neural networks; Wolpert 1992, Stacked generalization.
    """

    weights: tuple[float, ...]
    bias: tuple[float, ...]

    @classmethod
    def fit(cls, scores: Sequence[Float[ndarray, "N L"]], labels: Sequence[int]) -> "Calibration":
        """Return the weights under which held-out labels are most likely.

        Args:
            scores: for each model, the scores of the same held-out texts.
            labels: the true label of each text.
        """
        from scipy.optimize import minimize  # only here, since to be loaded takes it a third of a second

        stacked = np.stack([np.asarray(s, dtype=np.float64) for s in scores])
        models, rows, count = stacked.shape
        truth = np.eye(count)[np.asarray(labels)]
        start = np.concatenate([np.full(models, 1.0 / models), np.zeros(count)])

        pull = np.concatenate([np.full(models, WEIGHT_PULL), np.full(count, BIAS_PULL)])

        def loss(x: Float[ndarray, " P"]) -> tuple[float, Float[ndarray, " P"]]:
            logits = np.tensordot(x[:models], stacked, axes=1) + x[models:]
            nats = -(truth * log_softmax(logits, axis=1)).sum() / rows
            error = (softmax(logits, axis=1) - truth) / rows
            gradient = np.concatenate([(stacked * error).sum(axis=(1, 2)), error.sum(axis=0)])
            away = x - start
            return nats + (pull * away**2).sum(), gradient + 2 * pull * away

        bounds = [(0.0, None)] * models + [(None, None)] * count
        fitted = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x
        return cls(tuple(map(float, fitted[:models])), tuple(map(float, fitted[models:])))

    def logits(self, scores: Sequence[Float[ndarray, "N L"]]) -> Float[ndarray, "N L"]:
        """Return the calibrated scores before softmax."""
        blended = np.tensordot(np.asarray(self.weights), np.stack(scores), axes=1)
        return np.asarray(blended + np.asarray(self.bias), dtype=np.float64)

    def probabilities(self, scores: Sequence[Float[ndarray, "N L"]]) -> Float[ndarray, "N L"]:
        """Return the probability of each label."""
        return np.asarray(softmax(self.logits(scores), axis=1))
