"""Serve a chatbot's knowledge: questions in, topics with a confidence out.

Two opinions are blended: retrieval (BM25, and an encoder where it is served) and intents, a text classifier over the
topics.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray

from nlpbot.chat.blend import Blend
from nlpbot.chat.intents import Intents
from nlpbot.chat.opinions import Opinions
from nlpbot.chat.phrases import Phrases, phrase_files
from nlpbot.chat.urgent import UrgentCases, urgent_file
from nlpbot.core.bundles.bundle import Bundle, BundleDraft
from nlpbot.core.bundles.predictor import Predictor, save_part
from nlpbot.core.bundles.values import kept_values
from nlpbot.core.classical.confidence import Confidence
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.text.concepts import Concepts
from nlpbot.core.text.given import given_texts
from nlpbot.core.text.language import Language, language_of
from nlpbot.retrieval.data import Topic
from nlpbot.retrieval.index import SparseIndex
from nlpbot.retrieval.predictor import RetrievalPredictor

__all__ = ["ChatPredictor", "Guess"]

PHRASES, URGENT_CASES = "phrases.json", "urgent.json"


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


class ChatPredictor(Predictor):
    """A trained chatbot's knowledge.

    Args:
        retriever: finds topics by their questions and answers.
        intents: tells topics apart by the words of a question.
        blend: of both opinions.
        confidence: of the first topic.
        threshold: confidence from which a question is answered.
        likely_from: confidence from which it is answered with a warning.
        phrases: what the bot says around its answers.
        urgent_cases: what it answers before anything is looked up.
    """

    kind = "chat"

    def __init__(
        self,
        retriever: RetrievalPredictor,
        intents: Intents,
        *,
        blend: Blend,
        confidence: Confidence,
        threshold: float,
        likely_from: float,
        phrases: Phrases,
        urgent_cases: UrgentCases,
    ) -> None:
        self.retriever = retriever
        self.intents = intents
        self.blend = blend
        self.confidence = confidence
        self.threshold = threshold
        self.likely_from = likely_from
        self.phrases = phrases
        self.urgent_cases = urgent_cases

    def __repr__(self) -> str:
        languages = ", ".join(sorted({topic.language for topic in self.topics}))
        return f"ChatPredictor({len(self.topics)} topics in {languages}, answers from {self.threshold:.2f} on)"

    @property
    def topics(self) -> tuple[Topic, ...]:
        """All that it knows."""
        return self.retriever.topics

    def predict(
        self, questions: Iterable[str], *, most: int = 4, language: Language | Sequence[Language] | None = None
    ) -> list[Guess]:
        """Return a guess for each question, in the same order.

        Args:
            questions: what was asked.
            most: topics to return for each.
            language: of the answers, one for all or one for each question; by default that of each question.

        Raises:
            TypeError: one question was given bare, or a value is no text.
            ValueError: there are more or fewer languages than questions.
        """
        questions = given_texts(questions, what="question")
        if not questions:
            return []
        languages = _languages_of(questions, language)
        scores, features = self.judge(questions, languages=languages)
        confidence = self.confidence.probability(features)
        guesses = []
        for question, spoken, row, p in zip(questions, languages, scores, confidence, strict=True):
            best = [i for i in np.argsort(-row, kind="stable")[:most] if np.isfinite(row[i])]
            own = self._own_questions.get((spoken, _squeezed(question)), set())
            if len(own) == 1:  # whatever others are like it
                best, p = [*own, *(i for i in best if i not in own)][:most], 1.0
            topics = tuple(self.topics[i] for i in best)
            guesses.append(Guess(question, topics, float(p), bool(p >= self.threshold), bool(p >= self.likely_from)))
        return guesses

    @cached_property
    def _own_questions(self) -> Mapping[tuple[Language, str], set[int]]:
        """The numbers of the topics that have each question among theirs."""
        found = defaultdict[tuple[Language, str], set[int]](set)
        for number, topic in enumerate(self.topics):
            for question in topic.questions:
                found[topic.language, _squeezed(question)].add(number)
        return found

    def judge(
        self, questions: Sequence[str], *, languages: Sequence[Language] | None = None
    ) -> tuple[Float[ndarray, "N M"], Float[ndarray, "N F"]]:
        """Return the blended score of each topic, and what the confidence is judged by."""
        return self.blend.judge(Opinions.of(self.retriever, self.intents, questions, languages=languages))

    @property
    def named_thresholds(self) -> dict[str, float]:
        """From which confidence on it answers, plainly and with a warning."""
        return {"known_from": self.threshold, "likely_from": self.likely_from}

    def without_parts(self) -> "dict[str, ChatPredictor]":
        """Return what is left without each part; without concepts, index and intents are made anew."""
        found = {name: self._with(retriever) for name, retriever in self.retriever.without_parts().items()}
        if self.blend.intent_weight > 0:
            retrieval, intents = (replace(self.blend, intent_weight=weight) for weight in (0.0, 1.0))
            found["intents"] = self._with(self.retriever, intents=Intents({}), blend=retrieval)
            found.setdefault("BM25", self._with(self.retriever, blend=intents))
        if any(self.retriever.concepts.groups.values()):
            none, retriever = Concepts(), self.retriever
            bare = RetrievalPredictor(
                self.topics, SparseIndex.build(self.topics, none), retriever.dense, weight=retriever.weight
            )
            found["concepts"] = self._with(bare, intents=Intents.fit(self.topics, none, seed=0))
        return found

    def _with(
        self, retriever: RetrievalPredictor, *, intents: Intents | None = None, blend: Blend | None = None
    ) -> "ChatPredictor":
        return ChatPredictor(
            retriever,
            intents or self.intents,
            blend=blend or self.blend,
            confidence=self.confidence,
            threshold=self.threshold,
            likely_from=self.likely_from,
            phrases=self.phrases,
            urgent_cases=self.urgent_cases,
        )

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write everything into a bundle, and return what its config must hold."""
        save_part(draft, "retrieval", self.retriever)
        draft.write_json("confidence.json", self.confidence.to_json())
        draft.write_json(PHRASES, self.phrases.model_dump(mode="json"))
        draft.write_json(URGENT_CASES, self.urgent_cases.model_dump(mode="json"))
        return {"blend": self.blend.to_json(), "intents": self.intents.save(draft)}

    @classmethod
    def from_bundle(cls, bundle: Bundle, device: torch.device) -> "ChatPredictor":
        """Return the chatbot of an opened bundle.

        Raises:
            BundleError: parts are missing or don't fit each other.
        """
        manifest: Any = bundle.manifest
        try:
            blend = Blend.from_json(manifest.config["blend"])
            threshold, likely_from = (float(manifest.thresholds[name]) for name in ("known_from", "likely_from"))
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(f"{bundle.folder}: damaged: {error}; train it again") from error
        retriever = RetrievalPredictor.from_part(bundle, "retrieval", device)
        return cls(
            retriever,
            Intents.from_bundle(bundle, device),
            blend=blend,
            confidence=Confidence.from_json(bundle.read_json("confidence.json")),
            threshold=threshold,
            likely_from=likely_from,
            phrases=kept_values(bundle, PHRASES, Phrases, default=phrase_files()[0]),
            urgent_cases=kept_values(bundle, URGENT_CASES, UrgentCases, default=urgent_file()),
        )


def _languages_of(questions: Sequence[str], language: Language | Sequence[Language] | None) -> list[Language]:
    """Return the language of the answer to each question."""
    if language is None:
        return [language_of(question) for question in questions]
    languages = [language] * len(questions) if isinstance(language, str) else list(language)
    if len(languages) != len(questions):
        raise ValueError(f"{len(languages)} languages for {len(questions)} questions; expected as many")
    return languages


def _squeezed(question: str) -> str:
    """Return a question without what doesn't change it: case, spaces, and marks at its end."""
    return " ".join(question.casefold().split()).rstrip(" ?!.…")
