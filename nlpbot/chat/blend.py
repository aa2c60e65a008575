"""The blend of what retrieval and intents think of a question, and what the confidence in it is judged by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nlpbot.chat.opinions import Opinions
from nlpbot.core.errors import BundleError
from nlpbot.core.text.language import Language

__all__ = ["Blend", "blended"]


@dataclass(frozen=True, slots=True)
class Blend:
    """How both opinions are weighed.

    Attributes:
        share: of the intents, 0 to 1.
        sharpness: of the intents in each language.
    """

    share: float
    sharpness: Mapping[Language, float]

    def judge(self, opinions: Opinions) -> tuple[Float[ndarray, "N M"], Float[ndarray, "N F"]]:
        """Return the score of each topic, and what the confidence in the first of each question is judged by.

        These are: best score, lead, retrieval's and intents' part, whether they agree, words known, and length.
        """
        sharp = opinions.sharpened(self.sharpness)
        scores = blended(sharp, self.share)
        rows, order = np.arange(len(scores)), np.argsort(-scores, axis=1, kind="stable")
        first, second = order[:, 0], order[:, min(1, scores.shape[1] - 1)]
        lead = scores[rows, first] - np.where(np.isfinite(scores[rows, second]), scores[rows, second], 0)
        agree = sharp.found.argmax(axis=1) == sharp.intents.argmax(axis=1)
        parts = sharp.found[rows, first], np.sqrt(sharp.intents[rows, first])
        features = (scores[rows, first], lead, *parts, agree, sharp.known, sharp.length)
        return scores, np.stack([np.asarray(feature, dtype=np.float64) for feature in features], axis=1)

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` takes."""
        return {"share": self.share, "sharpness": dict(self.sharpness)}

    @classmethod
    def from_json(cls, value: Any) -> "Blend":
        """Return the blend that `to_json` gave.

        Raises:
            BundleError: it is damaged.
        """
        try:
            return cls(float(value["share"]), {name: float(power) for name, power in value["sharpness"].items()})
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BundleError(f"blend: damaged: {error}; train the bundle again") from error


def blended(opinions: Opinions, share: float) -> Float[ndarray, "N M"]:
    """Return the score of each topic; those of another language than wanted are out, unless there are no others."""
    scores = share * np.sqrt(opinions.intents) + (1 - share) * opinions.found
    out = ~opinions.fits & opinions.fits.any(axis=1, keepdims=True)
    return np.where(out, -np.inf, scores)
