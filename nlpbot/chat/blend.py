"""The blend of what retrieval and intents think of a question, and what the confidence in it is judged by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nlpbot.chat.opinions import Opinions
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.text.language import Language

__all__ = ["Blend", "blended"]


@dataclass(frozen=True, slots=True)
class Blend:
    """How both opinions are weighed.

    Attributes:
        intent_weight: of the intents against retrieval, 0 to 1.
        inverse_temperature: of the intents in each language.
    """

    intent_weight: float
    inverse_temperature: Mapping[Language, float]

    def judge(self, opinions: Opinions) -> tuple[Float[ndarray, "N M"], Float[ndarray, "N F"]]:
        """Return the score of each topic, and what the confidence in the first of each question is judged by.

        These are: best score, lead, retrieval's and intents' part, whether they agree, words known, and length.
        """
        calibrated = opinions.with_temperature(self.inverse_temperature)
        scores = blended(calibrated, self.intent_weight)
        rows, order = np.arange(len(scores)), np.argsort(-scores, axis=1, kind="stable")
        first, second = order[:, 0], order[:, min(1, scores.shape[1] - 1)]
        lead = scores[rows, first] - np.where(np.isfinite(scores[rows, second]), scores[rows, second], 0)
        agree = calibrated.found.argmax(axis=1) == calibrated.intents.argmax(axis=1)
        parts = calibrated.found[rows, first], np.sqrt(calibrated.intents[rows, first])
        features = (scores[rows, first], lead, *parts, agree, calibrated.known, calibrated.length)
        return scores, np.stack([np.asarray(feature, dtype=np.float64) for feature in features], axis=1)

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` takes."""
        return {"intent_weight": self.intent_weight, "inverse_temperature": dict(self.inverse_temperature)}

    @classmethod
    def from_json(cls, value: Any) -> "Blend":
        """Return the blend that `to_json` gave.

        Raises:
            BundleError: it is damaged.
        """
        try:
            weight, powers = value["intent_weight"], value["inverse_temperature"]
            return cls(float(weight), {name: float(power) for name, power in powers.items()})
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BundleError(f"blend: damaged: {error}; train the bundle again") from error


def blended(opinions: Opinions, intent_weight: float) -> Float[ndarray, "N M"]:
    """Return the score of each topic; those of another language than asked for are out, unless there are no others."""
    scores = intent_weight * np.sqrt(opinions.intents) + (1 - intent_weight) * opinions.found
    out = ~opinions.fits & opinions.fits.any(axis=1, keepdims=True)
    return np.where(out, -np.inf, scores)
