"""Serve a sentence encoder: texts in, vectors out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import torch

from nlpbot.core.bundles.bundle import Bundle, BundleDraft
from nlpbot.core.bundles.predictor import Predictor
from nlpbot.core.text.given import given_texts
from nlpbot.encoding.encoder import Encoder

__all__ = ["SentencesPredictor", "TextVector"]


@dataclass(frozen=True, slots=True)
class TextVector:
    """A text as a vector of length 1, and how many words of it were read."""

    vector: tuple[float, ...] = field(repr=False)
    tokens: int


class SentencesPredictor(Predictor):
    """A trained sentence encoder."""

    kind = "sentences"

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder

    def __repr__(self) -> str:
        return f"SentencesPredictor({len(self.encoder.features.words)} words, {self.encoder.size} numbers a text)"

    def predict(self, texts: Iterable[str]) -> list[TextVector]:
        """Return a vector for each text, in the same order; `encoder.encode` gives them as one array.

        Raises:
            TypeError: one text was given bare, or a value is no text.
        """
        given = given_texts(texts, what="text")
        vectors = self.encoder.encode(given).tolist()
        return [TextVector(tuple(row), self.encoder.words_in(text)) for row, text in zip(vectors, given, strict=True)]

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write everything into a bundle, and return what its config must hold."""
        return self.encoder.save(draft)

    @classmethod
    def from_bundle(cls, bundle: Bundle, device: torch.device) -> "SentencesPredictor":
        """Return the encoder of an opened bundle.

        Raises:
            BundleError: parts are missing or don't fit each other.
        """
        return cls(Encoder.load(bundle, bundle.manifest.config, device))
