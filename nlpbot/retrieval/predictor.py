"""Serve a retriever: questions in, topics out, best first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor

from nlpbot.core.bundle import Bundle, BundleDraft, open_bundle
from nlpbot.core.config import parse_settings
from nlpbot.core.device import resolve_device
from nlpbot.core.errors import BundleError
from nlpbot.core.nn import DualEncoder, DualEncoderConfig
from nlpbot.core.tensor_files import load_weights
from nlpbot.core.text.batches import pad
from nlpbot.core.text.bm25 import Bm25
from nlpbot.core.text.concepts import Concepts
from nlpbot.core.text.given import given_texts
from nlpbot.core.text.language import Language, language_of
from nlpbot.core.text.message_reader import MessageReader
from nlpbot.core.training import move
from nlpbot.retrieval.data import Topic, topics_from_json, topics_to_json

__all__ = ["ROOM", "Found", "Hit", "RetrievalPredictor"]

ROOM = "retrieval"
READ_BATCH = 256
MOST_FEW = 5
FEW_SHARE = 0.25
"""A topic's score is the mean over a quarter of its texts, at most five: those that fit best."""
SPARSE_HALF = 8.0
"""BM25 score that counts as .5: it has no upper end, the other part does."""


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


class RetrievalPredictor:
    """A trained retriever.

    Args:
        topics: what can be found.
        reader: turns texts into ids.
        network: the dual encoder.
        weight: of the dual encoder against BM25, 0 to 1.
        device: where the network computes.
        concepts: added to each text before it is read.
    """

    def __init__(
        self,
        topics: Sequence[Topic],
        reader: MessageReader,
        network: DualEncoder,
        weight: float,
        device: torch.device,
        *,
        concepts: Concepts | None = None,
    ) -> None:
        self.topics = tuple(topics)
        self.reader = reader
        self.network = network.to(device).eval()
        self.weight = weight
        self.device = device
        self.concepts = concepts or Concepts()
        rows = [(text, number) for number, topic in enumerate(self.topics) for text in topic.texts]
        self._texts = [text for text, _ in rows]
        self._places, self._few = _places_by_topic([number for _, number in rows], len(self.topics))
        self._bm25 = Bm25([self.concepts.expand(text, pairs=True) for text in self._texts])
        self._question_vectors = self.encode(self._texts, side="question")
        self._answer_vectors = self.encode([topic.answer for topic in self.topics], side="answer")

    def __repr__(self) -> str:
        return f"RetrievalPredictor({len(self.topics)} answers, {len(self._texts)} texts, encoder {self.weight:.0%})"

    def about(self, topics: Sequence[Topic]) -> "RetrievalPredictor":
        """Return a retriever of other topics with the same encoder and blend."""
        return RetrievalPredictor(topics, self.reader, self.network, self.weight, self.device, concepts=self.concepts)

    def predict(
        self, questions: Iterable[str], *, most: int = 5, language: Language | None = None, weight: float | None = None
    ) -> list[Found]:
        """Return the best topics of each question, in the same order.

        Args:
            questions: what was asked.
            most: topics to return for each.
            language: of the topics; by default that of each question.
            weight: of the dual encoder, 0 to 1; by default the one chosen in training.

        Raises:
            TypeError: one question was given bare, or a value is no text.
        """
        questions = given_texts(questions, what="question")
        if not questions:
            return []
        scores = self.scores(questions, weight=weight)
        found = []
        for question, row in zip(questions, scores, strict=True):
            wanted = language or language_of(question)
            fits = np.array([topic.language == wanted for topic in self.topics])
            row = np.where(fits, row, -np.inf) if fits.any() else row
            best = np.argsort(-row, kind="stable")[:most]
            hits = tuple(Hit(self.topics[i], float(row[i])) for i in best if np.isfinite(row[i]))
            found.append(Found(question, hits))
        return found

    def scores(self, questions: Sequence[str], *, weight: float | None = None) -> Float[ndarray, "N M"]:
        """Return a score for each question with each topic, of shape (questions, topics), from 0 to about 1."""
        vectors = self.encode(questions, side="question")
        chosen = self.weight if weight is None else weight
        return np.stack([self._blend(q, v, chosen) for q, v in zip(questions, vectors, strict=True)])

    def _blend(self, question: str, vector: Float[ndarray, " S"], weight: float) -> Float[ndarray, " M"]:
        sparse, dense = self.parts(question, vector)
        blended: Float[ndarray, " M"] = (1 - weight) * sparse + weight * dense
        return blended

    def parts(self, question: str, vector: Float[ndarray, " S"]) -> tuple[Float[ndarray, " M"], Float[ndarray, " M"]]:
        """Return the scores of BM25 and of the dual encoder for each topic."""
        sparse = self._by_topic(self._bm25.scores(self.concepts.expand(question, pairs=True)))
        to_questions = self._by_topic(self._question_vectors @ vector)
        dense = (to_questions + self._answer_vectors @ vector) / 2
        return sparse / (sparse + SPARSE_HALF), dense

    def known_share(self, question: str) -> float:
        """Return which share of the words of a question any topic has, 0 to 1."""
        return self._bm25.known_share(question)

    def encode(self, texts: Sequence[str], *, side: str) -> Float[ndarray, "N S"]:
        """Return a vector of length 1 for each text, as a question or as an answer."""
        out: list[Tensor] = []
        with torch.inference_mode():
            for start in range(0, len(texts), READ_BATCH):
                ids = [self.reader.encode(self.concepts.expand(text)) for text in texts[start : start + READ_BATCH]]
                batch = move(pad(ids), self.device)
                encode = self.network.encode_question if side == "question" else self.network.encode_answer
                out.append(encode(*batch).cpu())
        return np.asarray(torch.cat(out).numpy())

    def _by_topic(self, scores: Float[ndarray, " Q"]) -> Float[ndarray, " M"]:
        """Return the mean of each topic's best few scores: one text that fits by chance says less than some."""
        by_topic = np.append(scores, -np.inf)[self._places]
        best = -np.sort(-by_topic, axis=1)[:, :MOST_FEW]
        counted = np.arange(best.shape[1]) < self._few[:, None]
        return np.asarray(np.where(counted, best, 0).sum(axis=1) / self._few, dtype=np.float32)

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write everything into a bundle, and return what its config must hold."""
        draft.write_json("topics.json", topics_to_json(self.topics))
        draft.write_json("tokens.json", self.reader.to_json())
        draft.write_json("concepts.json", self.concepts.groups)
        draft.write_tensors("encoder.safetensors", self.network.state_dict())
        return {"weight": self.weight, "network": self.network.config.model_dump()}

    @classmethod
    def load(cls, folder: Path | str, *, device: str = "auto") -> "RetrievalPredictor":
        """Return the retriever of a bundle.

        Raises:
            BundleError: the bundle is damaged or of another room.
            DeviceError: the device is not there.
        """
        return cls.from_bundle(open_bundle(folder, room=ROOM), resolve_device(device))

    @classmethod
    def from_bundle(cls, bundle: Bundle, device: torch.device) -> "RetrievalPredictor":
        """Return the retriever of an opened bundle.

        Raises:
            BundleError: parts are missing or don't fit each other.
        """
        config = bundle.manifest.config
        try:
            network = DualEncoder(parse_settings(config["network"], DualEncoderConfig, where=str(bundle.folder)))
            weight = float(config["weight"])
            concepts = Concepts.from_json(bundle.read_json("concepts.json"))
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(f"{bundle.folder}: damaged: {error}; train it again") from error
        load_weights(network, bundle.read_tensors("encoder.safetensors"), where=bundle.folder)
        topics = topics_from_json(bundle.read_json("topics.json"))
        reader = MessageReader.from_json(bundle.read_json("tokens.json"))
        return cls(topics, reader, network, weight, device, concepts=concepts)


def _places_by_topic(topic_of: Sequence[int], count: int) -> tuple[Int[ndarray, "M W"], Int[ndarray, " M"]]:
    """Return for each topic the places of its texts, padded with the place after the last, and how many count."""
    places: list[list[int]] = [[] for _ in range(count)]
    for place, number in enumerate(topic_of):
        places[number].append(place)
    width = max(map(len, places), default=0)
    padded = np.full((count, max(width, 1)), len(topic_of))
    for number, mine in enumerate(places):
        padded[number, : len(mine)] = mine
    sizes = np.array([len(mine) for mine in places])
    return padded, np.clip(np.ceil(sizes * FEW_SHARE), 1, MOST_FEW).astype(np.int64)
