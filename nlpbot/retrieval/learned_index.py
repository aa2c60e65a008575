"""Topics found by what tells their vectors apart: a linear classifier over a sentence encoder."""

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray

from nlpbot.core.bundles.bundle import Bundle, BundleDraft
from nlpbot.core.classical.dense_classifier import fit_dense
from nlpbot.core.text.concepts import Concepts
from nlpbot.retrieval.data import Topic
from nlpbot.retrieval.index import DenseIndex, read_arrays
from nlpbot.retrieval.meaning import Meaning, Pretrained, load_meaning

__all__ = ["LearnedIndex", "MeaningIndex", "index_meaning", "load_index"]

MOST_ROWS = 4_000
"""Questions and answers that a classifier is fitted to, in some seconds; where there are more, texts are compared."""
LEARNED = "learned.safetensors"


@runtime_checkable
class MeaningIndex(Protocol):
    """Topics by what their texts mean."""

    @property
    def encoder(self) -> Meaning:
        """What reads the texts."""

    def scores(self, questions: Sequence[str]) -> Float[ndarray, "N M"]:
        """Return a score of at most 1 for each question with each topic."""

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write the index with its encoder into a bundle, and return their part of the config."""


class LearnedIndex:
    """Topics by logistic regression on the vectors of their questions and answers; single sentences add nothing.

    What all topics of a list have in common, as "my parcel" in a courier's, says little of any: vectors by themselves
    count it in full, a classifier weighs what tells topics apart.
    """

    def __init__(self, encoder: Meaning, weights: Float[ndarray, "S M"], bias: Float[ndarray, " M"]) -> None:
        self.encoder = encoder
        self._weights = weights
        self._bias = bias

    @classmethod
    def build(cls, topics: Sequence[Topic], encoder: Meaning) -> "LearnedIndex":
        """Return the index of some topics."""
        rows = [(text, number) for number, topic in enumerate(topics) for text in (*topic.questions, topic.answer)]
        texts, numbers = zip(*rows, strict=True)
        return cls(encoder, *fit_dense(encoder.encode(texts, side="question"), numbers, count=len(topics)))

    def scores(self, questions: Sequence[str]) -> Float[ndarray, "N M"]:
        """Return the square root of the probability of each topic, for each question."""
        scores = self.encoder.encode(questions, side="question") @ self._weights + self._bias
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(np.sqrt(odds / odds.sum(axis=1, keepdims=True)), dtype=np.float32)

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write encoder and classifier into a bundle, and return their part of the config."""
        arrays = {"weights": self._weights, "bias": self._bias}
        draft.write_tensors(LEARNED, {name: torch.from_numpy(array) for name, array in arrays.items()})
        return self.encoder.save(draft)

    @classmethod
    def load(
        cls, bundle: Bundle, topics: Sequence[Topic], config: Any, concepts: Concepts, device: torch.device
    ) -> "LearnedIndex":
        """Return the index of a bundle.

        Raises:
            BundleError: parts are missing, or don't fit each other or the topics.
        """
        encoder = load_meaning(bundle, config, concepts, device)
        shapes = {"weights": (encoder.size, len(topics)), "bias": (len(topics),)}
        return cls(encoder, **read_arrays(bundle, LEARNED, shapes))


def index_meaning(topics: Sequence[Topic], encoder: Meaning, *, of: Sequence[Topic] | None = None) -> MeaningIndex:
    """Return the index of some topics: a classifier over a sentence encoder, where there are not too many of them.

    Args:
        topics: to be found.
        encoder: reads them.
        of: whole topics, where questions of these are held out: so that a trial has the kind of index that is served.
    """
    rows = sum(len(topic.questions) + 1 for topic in of or topics)
    learned = isinstance(encoder, Pretrained) and rows <= MOST_ROWS
    return LearnedIndex.build(topics, encoder) if learned else DenseIndex.build(topics, encoder)


def load_index(
    bundle: Bundle, topics: Sequence[Topic], config: Any, concepts: Concepts, device: torch.device
) -> MeaningIndex:
    """Return the index of a bundle, of whichever kind it is.

    Raises:
        BundleError: parts are missing, or don't fit each other or the topics.
    """
    kind = LearnedIndex if bundle.has_file(LEARNED) else DenseIndex
    return kind.load(bundle, topics, config, concepts, device)
