"""Serve a chatbot's knowledge: questions in, topics with a confidence out.

Two opinions are blended: retrieval (BM25 and the dual encoder) and intents, a text classifier over the topics.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray

from nlpbot.chat.intents import Intents
from nlpbot.core.bundle import Bundle, BundleDraft, open_bundle
from nlpbot.core.device import resolve_device
from nlpbot.core.errors import BundleError
from nlpbot.core.linear.confidence import Confidence
from nlpbot.core.manifest import Manifest
from nlpbot.core.text.given import given_texts
from nlpbot.core.text.language import Language, language_of
from nlpbot.retrieval.data import Topic
from nlpbot.retrieval.predictor import ROOM as RETRIEVAL
from nlpbot.retrieval.predictor import RetrievalPredictor

__all__ = ["ROOM", "ChatPredictor", "Guess"]

ROOM = "chat"


@dataclass(frozen=True, slots=True)
class Guess:
    """The topics that may answer a question, best first.

    Attributes:
        question: what was asked.
        topics: best first.
        confidence: how likely the first one is right, calibrated on questions held out.
        known: whether that is enough to answer.
        likely: whether it is at least enough to answer with a warning.
    """

    question: str
    topics: tuple[Topic, ...]
    confidence: float
    known: bool
    likely: bool = True


class ChatPredictor:
    """A trained chatbot's knowledge.

    Args:
        retriever: finds topics by their questions and answers.
        intents: tells topics apart by the words of a question.
        share: of the intents in the blend, 0 to 1.
        confidence: of the first topic.
        threshold: confidence from which a question is answered.
        likely_from: confidence from which it is answered with a warning.
    """

    def __init__(
        self,
        retriever: RetrievalPredictor,
        intents: Intents,
        *,
        share: float,
        confidence: Confidence,
        threshold: float,
        likely_from: float | None = None,
    ) -> None:
        self.retriever = retriever
        self.intents = intents
        self.share = share
        self.confidence = confidence
        self.threshold = threshold
        self.likely_from = threshold if likely_from is None else likely_from
        self._languages = np.array([topic.language for topic in retriever.topics])

    def __repr__(self) -> str:
        languages = ", ".join(sorted(set(self._languages.tolist())))
        return f"ChatPredictor({len(self.topics)} topics in {languages}, answers from {self.threshold:.2f} on)"

    @property
    def topics(self) -> tuple[Topic, ...]:
        """All that it knows."""
        return self.retriever.topics

    def predict(self, questions: Iterable[str], *, most: int = 4, language: Language | None = None) -> list[Guess]:
        """Return a guess for each question, in the same order.

        Args:
            questions: what was asked.
            most: topics to return for each.
            language: of the answers; by default that of each question.

        Raises:
            TypeError: one question was given bare, or a value is no text.
        """
        questions = given_texts(questions, what="question")
        if not questions:
            return []
        scores, features = self.judge(questions, language=language)
        confidence = self.confidence.probability(features)
        guesses = []
        for question, row, p in zip(questions, scores, confidence, strict=True):
            best = [i for i in np.argsort(-row, kind="stable")[:most] if np.isfinite(row[i])]
            topics = tuple(self.topics[i] for i in best)
            guesses.append(Guess(question, topics, float(p), bool(p >= self.threshold), bool(p >= self.likely_from)))
        return guesses

    def judge(
        self, questions: Sequence[str], *, language: Language | None = None
    ) -> tuple[Float[ndarray, "N M"], Float[ndarray, "N F"]]:
        """Return the blended score of each topic, and what the confidence is judged by."""
        languages = [language or language_of(question) for question in questions]
        found = self.retriever.scores(questions)
        intents = self.intents.probabilities(questions, languages, self.topics)
        blended = self.blend(languages, found, intents)
        return blended, self._features(blended, found, intents, questions)

    def blend(
        self, languages: Sequence[Language], found: Float[ndarray, "N M"], intents: Float[ndarray, "N M"]
    ) -> Float[ndarray, "N M"]:
        """Return the weighted sum of both opinions; topics of another language than wanted are out."""
        blended = self.share * np.sqrt(intents) + (1 - self.share) * found
        for row, wanted in enumerate(languages):
            fits = self._languages == wanted
            if fits.any():
                blended[row, ~fits] = -np.inf
        return np.asarray(blended)

    def _features(
        self,
        blended: Float[ndarray, "N M"],
        found: Float[ndarray, "N M"],
        intents: Float[ndarray, "N M"],
        questions: Sequence[str],
    ) -> Float[ndarray, "N F"]:
        """Return of each question: best score, lead, retrieval's and intents' part, agreement, words known, length."""
        rows = np.arange(len(blended))
        order = np.argsort(-blended, axis=1, kind="stable")
        first, second = order[:, 0], order[:, min(1, blended.shape[1] - 1)]
        lead = blended[rows, first] - np.where(np.isfinite(blended[rows, second]), blended[rows, second], 0)
        agree = found.argmax(axis=1) == intents.argmax(axis=1)
        known = [self.retriever.known_share(question) for question in questions]
        length = np.log1p([len(question) for question in questions])
        columns = [
            blended[rows, first], lead, found[rows, first], np.sqrt(intents[rows, first]), agree, known, length
        ]  # fmt: skip
        return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)

    def save(self, draft: BundleDraft, manifest: Manifest) -> Path:
        """Write everything into a bundle and finish it."""
        part = draft.part("retrieval")
        part.finish(Manifest(room=RETRIEVAL, config=self.retriever.save(part), protocol=manifest.protocol))
        draft.write_json("confidence.json", self.confidence.to_json())
        config = {**manifest.config, "share": self.share, "intents": self.intents.save(draft)}
        thresholds = {"known_from": self.threshold, "likely_from": self.likely_from}
        return draft.finish(manifest.model_copy(update={"room": ROOM, "config": config, "thresholds": thresholds}))

    @classmethod
    def load(cls, folder: Path | str, *, device: str = "auto") -> "ChatPredictor":
        """Return the chatbot of a bundle.

        Raises:
            BundleError: the bundle is damaged or of another room.
            DeviceError: the device is not there.
        """
        return cls.from_bundle(open_bundle(folder, room=ROOM), resolve_device(device))

    @classmethod
    def from_bundle(cls, bundle: Bundle, device: torch.device) -> "ChatPredictor":
        """Return the chatbot of an opened bundle.

        Raises:
            BundleError: parts are missing or don't fit each other.
        """
        manifest: Any = bundle.manifest
        try:
            share, threshold = float(manifest.config["share"]), float(manifest.thresholds["known_from"])
            likely_from = float(manifest.thresholds["likely_from"])
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(f"{bundle.folder}: damaged: {error}; train it again") from error
        retriever = RetrievalPredictor.from_bundle(bundle.part("retrieval", room=RETRIEVAL), device)
        return cls(
            retriever,
            Intents.from_bundle(bundle, retriever.concepts, device),
            share=share,
            confidence=Confidence.from_json(bundle.read_json("confidence.json")),
            threshold=threshold,
            likely_from=likely_from,
        )
