"""Serve word vectors: words in, their neighbours out; analogies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from nlpbot.core.bundles.bundle import Bundle, BundleDraft
from nlpbot.core.bundles.predictor import Predictor
from nlpbot.core.text.given import given_texts
from nlpbot.core.text.word_vectors import WordVectors

__all__ = ["Neighbour", "VectorsPredictor"]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A word, and the cosine of the angle to what was asked; higher is more alike."""

    word: str
    similarity: float


class VectorsPredictor(Predictor):
    """Trained or imported word vectors."""

    kind = "vectors"

    def __init__(self, vectors: WordVectors) -> None:
        self.vectors = vectors

    def __repr__(self) -> str:
        return f"VectorsPredictor({len(self.vectors.words)} words, {self.vectors.dim} numbers each)"

    def predict(self, words: Iterable[str], *, count: int = 10) -> list[list[Neighbour]]:
        """Return the nearest words of each word, in the same order, best first.

        Args:
            words: in any case; without subwords they must be in the vocabulary.
            count: neighbours of each.

        Raises:
            DataError: a word has no vector.
            TypeError: one word was given bare, or a value is no text.
        """
        return [_neighbours(self.vectors.neighbours(word, count)) for word in given_texts(words, what="word")]

    def analogy(self, a: str, b: str, c: str, *, count: int = 10) -> list[Neighbour]:
        """Return what is to `c` as `b` is to `a`, best first: the words nearest to b - a + c (3CosAdd).

        Raises:
            DataError: a word has no vector.

        Source: Mikolov et al. 2013, Linguistic regularities in continuous space word representations.
        """
        return _neighbours(self.vectors.analogy(a, b, c, count))

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write everything into a bundle, and return what its config must hold."""
        return self.vectors.save(draft)

    @classmethod
    def from_bundle(cls, bundle: Bundle, device: torch.device) -> "VectorsPredictor":  # noqa: ARG003  # words lie in memory
        """Return the vectors of an opened bundle.

        Raises:
            BundleError: parts are missing or don't fit each other.
        """
        return cls(WordVectors.load(bundle))


def _neighbours(found: Sequence[tuple[str, float]]) -> list[Neighbour]:
    return [Neighbour(word, similarity) for word, similarity in found]
