"""How likely a first guess is right, from a few numbers about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from nlpbot.core.kernel.errors import BundleError

__all__ = ["Confidence"]


@dataclass(frozen=True, slots=True)
class Confidence:
    """Logistic regression over a few standardised features.

    Attributes:
        mean, scale: of each feature.
        weights, bias: of the regression.
    """

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    @classmethod
    def fit(cls, features: Float[ndarray, "N F"], right: Bool[ndarray, " N"]) -> "Confidence":
        """Return the regression of whether guesses were right; without mistakes to learn from, it trusts all."""
        mean, scale = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-6)
        if right.all() or not right.any():
            weights, bias = np.zeros(features.shape[1]), 4.0 if right.all() else -4.0
        else:
            from sklearn.linear_model import LogisticRegression  # only here, since to be loaded takes it a second

            model = LogisticRegression(C=1.0, max_iter=500).fit((features - mean) / scale, right)
            weights, bias = model.coef_[0], float(model.intercept_[0])
        means, scales, slopes = (tuple(map(float, values)) for values in (mean, scale, weights))
        return cls(means, scales, slopes, float(bias))

    def probability(self, features: Float[ndarray, "N F"]) -> Float[ndarray, " N"]:
        """Return how likely each guess is right."""
        logits = ((features - np.asarray(self.mean)) / np.asarray(self.scale)) @ np.asarray(self.weights) + self.bias
        return np.asarray(1 / (1 + np.exp(-logits)))

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` takes."""
        return {"mean": self.mean, "scale": self.scale, "weights": self.weights, "bias": self.bias}

    @classmethod
    def from_json(cls, value: Any) -> "Confidence":
        """Return the regression that `to_json` gave.

        Raises:
            BundleError: it is damaged.
        """
        try:
            parts: Sequence[tuple[float, ...]] = [tuple(map(float, value[k])) for k in ("mean", "scale", "weights")]
            return cls(parts[0], parts[1], parts[2], float(value["bias"]))
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(f"confidence: damaged: {error}; train the bundle again") from error
