"""What topics are found by: their words, and the vectors of their texts."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray

from nlpbot.core.bundles.bundle import Bundle, BundleDraft
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.text.bm25 import Bm25
from nlpbot.core.text.concepts import Concepts
from nlpbot.retrieval.data import Topic
from nlpbot.retrieval.meaning import Meaning, load_meaning

__all__ = ["DenseIndex", "SparseIndex", "read_arrays"]

MOST_FEW = 5
FEW_FRACTION = 0.25
"""A topic's score is the mean over a quarter of its texts, at most five: those that fit best."""
SPARSE_HALF = 30.0
"""BM25 score that counts as .5: it has no upper end, the other part does."""
TERMS, WEIGHTS, VECTORS = "terms.json", "bm25.safetensors", "vectors.safetensors"


class SparseIndex:
    """Topics by their words: all texts of one together are a document. Questions come with their concepts."""

    def __init__(self, bm25: Bm25) -> None:
        self._bm25 = bm25

    @classmethod
    def build(cls, topics: Sequence[Topic], concepts: Concepts) -> "SparseIndex":
        """Return the index of some topics."""
        expanded = ((concepts.expand(text, pairs=True) for text in topic.texts) for topic in topics)
        return cls(Bm25.index([" ".join(texts) for texts in expanded]))

    def scores(self, questions: Sequence[str]) -> Float[ndarray, "N M"]:
        """Return a score from 0 to 1 for each question with each topic."""
        scores = np.stack([self._bm25.scores(question) for question in questions])
        return np.asarray(scores / (scores + SPARSE_HALF), dtype=np.float32)

    def known_fraction(self, question: str) -> float:
        """Return what fraction of the words of a question any topic has, 0 to 1."""
        return self._bm25.known_fraction(question)

    def save(self, draft: BundleDraft) -> None:
        """Write the index into a bundle."""
        draft.write_json(TERMS, self._bm25.terms())
        draft.write_tensors(WEIGHTS, self._bm25.tensors())

    @classmethod
    def load(cls, bundle: Bundle, topics: Sequence[Topic]) -> "SparseIndex":
        """Return the index of a bundle.

        Raises:
            BundleError: it is missing, or doesn't fit the topics, as in bundles that had a document for each text.
        """
        return cls(Bm25.from_parts(bundle.read_json(TERMS), bundle.read_tensors(WEIGHTS), texts=len(topics)))


class DenseIndex:
    """Topics by the vectors of their texts, compared as questions, and of their answers; the best few texts count."""

    def __init__(
        self,
        topics: Sequence[Topic],
        encoder: Meaning,
        questions: Float[ndarray, "Q S"],
        answers: Float[ndarray, "M S"],
    ) -> None:
        self.encoder = encoder
        self._best = _BestTexts(topics)
        self._questions = questions
        self._answers = answers

    @classmethod
    def build(cls, topics: Sequence[Topic], encoder: Meaning) -> "DenseIndex":
        """Return the index of some topics."""
        texts, answers = [text for topic in topics for text in topic.texts], [topic.answer for topic in topics]
        return cls(topics, encoder, encoder.encode(texts, side="question"), encoder.encode(answers, side="answer"))

    def scores(self, questions: Sequence[str]) -> Float[ndarray, "N M"]:
        """Return a score from -1 to 1 for each question with each topic."""
        vectors = self.encoder.encode(questions, side="question")
        to_questions = np.stack([self._best.of_topics(self._questions @ vector) for vector in vectors])
        return np.asarray((to_questions + vectors @ self._answers.T) / 2)

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write encoder and vectors into a bundle, and return their part of the config."""
        arrays = {"questions": self._questions, "answers": self._answers}
        draft.write_tensors(VECTORS, {name: torch.from_numpy(array) for name, array in arrays.items()})
        return self.encoder.save(draft)

    @classmethod
    def load(
        cls, bundle: Bundle, topics: Sequence[Topic], config: Any, concepts: Concepts, device: torch.device
    ) -> "DenseIndex":
        """Return the index of a bundle.

        Raises:
            BundleError: parts are missing, or don't fit each other or the topics.
        """
        encoder, texts = load_meaning(bundle, config, concepts, device), sum(len(topic.texts) for topic in topics)
        shapes = {"questions": (texts, encoder.size), "answers": (len(topics), encoder.size)}
        return cls(topics, encoder, **read_arrays(bundle, VECTORS, shapes))


def read_arrays(bundle: Bundle, name: str, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, ndarray]:
    """Return the arrays of a file in a bundle.

    Args:
        bundle: of a retriever.
        name: of the file.
        shapes: of each array, as the topics have it.

    Raises:
        BundleError: they are missing, or have other shapes.
    """
    arrays = {key: tensor.numpy() for key, tensor in bundle.read_tensors(name).items()}
    if {key: array.shape for key, array in arrays.items()} != shapes:
        raise BundleError(f"{bundle.folder}: {name} doesn't fit the topics; train it again")
    return arrays


class _BestTexts:
    """The mean of each topic's best few texts: one text that fits by chance says less than some."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        sizes = np.array([len(topic.texts) for topic in topics])
        self._few = np.clip(np.ceil(sizes * FEW_FRACTION), 1, MOST_FEW).astype(np.int64)
        # The places of each topic's texts, padded with the place after the last.
        self._places = np.full((len(topics), max(sizes.max(initial=0), 1)), sizes.sum())
        self._places[np.arange(self._places.shape[1]) < sizes[:, None]] = np.arange(sizes.sum())

    def of_topics(self, scores: Float[ndarray, " Q"]) -> Float[ndarray, " M"]:
        """Return the score of each topic by those of all texts, topic by topic."""
        by_topic = np.append(scores, -np.inf)[self._places]
        best = -np.sort(-by_topic, axis=1)[:, :MOST_FEW]
        counted = np.arange(best.shape[1]) < self._few[:, None]
        return np.asarray(np.where(counted, best, 0).sum(axis=1) / self._few, dtype=np.float32)
