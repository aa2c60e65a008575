"""Serve a retriever: questions in, topics out, best first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray

from nlpbot.core.bundles.bundle import Bundle, BundleDraft
from nlpbot.core.bundles.predictor import Predictor
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.text.concepts import Concepts
from nlpbot.core.text.given import given_texts
from nlpbot.core.text.language import Language, language_of
from nlpbot.retrieval.data import Topic, topics_from_json, topics_to_json
from nlpbot.retrieval.index import SparseIndex
from nlpbot.retrieval.learned_index import MeaningIndex, load_index

__all__ = ["Found", "Hit", "RetrievalPredictor"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A topic that may answer a question, and how well it fits; scores of one question compare with each other."""

    topic: Topic
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """The topics found for a question, best first."""

    question: str
    hits: tuple[Hit, ...]


class RetrievalPredictor(Predictor):
    """A trained retriever.

    Args:
        topics: what can be found.
        sparse: finds them by words.
        dense: finds them by what they mean; None where BM25 alone is served.
        weight: of the dense part against the sparse one, 0 to 1.
        concepts: added to each question before it is read.
    """

    kind = "retrieval"

    def __init__(
        self,
        topics: Sequence[Topic],
        sparse: SparseIndex,
        dense: MeaningIndex | None = None,
        *,
        weight: float = 0.0,
        concepts: Concepts | None = None,
    ) -> None:
        self.topics = tuple(topics)
        self.sparse = sparse
        self.dense = dense
        self.weight = weight
        self.concepts = concepts or Concepts()

    def __repr__(self) -> str:
        return f"RetrievalPredictor({len(self.topics)} answers, dense part {self.weight:.0%})"

    def predict(
        self, questions: Iterable[str], *, most: int = 5, language: Language | None = None, weight: float | None = None
    ) -> list[Found]:
        """Return the best topics of each question, in the same order.

        Args:
            questions: what was asked.
            most: topics to return for each.
            language: of the topics; by default that of each question.
            weight: of the dense part, 0 to 1; by default the one chosen in training.

        Raises:
            TypeError: one question was given bare, or a value is no text.
            ValueError: a weight is given where there is no dense part.
        """
        questions = given_texts(questions, what="question")
        if not questions:
            return []
        scores = self.scores(questions, weight=weight)
        found = []
        for question, row in zip(questions, scores, strict=True):
            spoken = language or language_of(question)
            fits = np.array([topic.language == spoken for topic in self.topics])
            row = np.where(fits, row, -np.inf) if fits.any() else row
            best = np.argsort(-row, kind="stable")[:most]
            hits = tuple(Hit(self.topics[i], float(row[i])) for i in best if np.isfinite(row[i]))
            found.append(Found(question, hits))
        return found

    def scores(
        self, questions: Sequence[str], *, weight: float | None = None, expanded: Sequence[str] | None = None
    ) -> Float[ndarray, "N M"]:
        """Return a score for each question with each topic, of shape (questions, topics), from 0 to about 1.

        Args:
            questions: what was asked.
            weight: of the dense part, 0 to 1; by default the one chosen in training.
            expanded: what `expand` gave for them, where that is known.
        """
        weight = self.weight if weight is None else weight
        if weight == 1 and self.dense is not None:
            return self.dense.scores(questions)
        sparse = self.sparse.scores(self.expand(questions) if expanded is None else expanded)
        if weight == 0:
            return sparse
        if self.dense is None:
            raise ValueError("BM25 alone is served; a weight of 0 expected")
        blended: Float[ndarray, "N M"] = (1 - weight) * sparse + weight * self.dense.scores(questions)
        return blended

    def expand(self, questions: Sequence[str]) -> list[str]:
        """Return questions with their concepts, as BM25 reads them."""
        return [self.concepts.expand(question, pairs=True) for question in questions]

    def without_parts(self) -> "dict[str, RetrievalPredictor]":
        """Return what is left without each part, where there are several."""
        if self.dense is None or self.weight == 0:
            return {}
        return {
            "BM25": RetrievalPredictor(self.topics, self.sparse, self.dense, weight=1.0, concepts=self.concepts),
            "encoder": RetrievalPredictor(self.topics, self.sparse, concepts=self.concepts),
        }

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write everything into a bundle, and return what its config must hold."""
        draft.write_json("topics.json", topics_to_json(self.topics))
        draft.write_json("concepts.json", self.concepts.groups)
        self.sparse.save(draft)
        network = self.dense.save(draft) if self.dense is not None else None
        return {"weight": self.weight, "network": network}

    @classmethod
    def from_bundle(cls, bundle: Bundle, device: torch.device) -> "RetrievalPredictor":
        """Return the retriever of an opened bundle.

        Raises:
            BundleError: parts are missing or don't fit each other.
        """
        topics = topics_from_json(bundle.read_json("topics.json"))
        try:
            config = bundle.manifest.config
            weight, network = float(config["weight"]), config["network"]
            concepts = Concepts.from_json(bundle.read_json("concepts.json"))
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(f"{bundle.folder}: damaged: {error}; train it again") from error
        sparse = SparseIndex.load(bundle, topics)
        dense = load_index(bundle, topics, network, concepts, device) if network is not None else None
        return cls(topics, sparse, dense, weight=weight, concepts=concepts)
