"""Two opinions on each question: retrieval finds topics, intents tell them apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from nlpbot.chat.intents import Intents
from nlpbot.core.text.language import Language, language_of
from nlpbot.retrieval.predictor import RetrievalPredictor

__all__ = ["Opinions"]

TINY = 1e-30


@dataclass(frozen=True, slots=True)
class Opinions:
    """What is thought of some questions: a row a question, a column a topic.

    Attributes:
        languages: of the answer to each question.
        fits: whether a topic is of that language.
        found: score by retrieval.
        intents: probability by intents; 0 for topics of another language.
        known: fraction of the words of each question that come in any topic.
        length: of each question, log of its characters.
    """

    languages: Sequence[Language]
    fits: Bool[ndarray, "N M"]
    found: Float[ndarray, "N M"]
    intents: Float[ndarray, "N M"]
    known: Float[ndarray, " N"]
    length: Float[ndarray, " N"]

    @classmethod
    def of(
        cls,
        retriever: RetrievalPredictor,
        intents: Intents,
        questions: Sequence[str],
        *,
        languages: Sequence[Language] | None = None,
    ) -> "Opinions":
        """Return what both think of some questions.

        Args:
            retriever: finds topics by their questions and answers.
            intents: tells topics apart by the words of a question.
            questions: what was asked.
            languages: of the answer to each question; by default its own.
        """
        languages = [language_of(question) for question in questions] if languages is None else languages
        expanded = retriever.expand(questions)
        return cls(
            languages=languages,
            fits=np.array([topic.language for topic in retriever.topics]) == np.array(languages)[:, None],
            found=retriever.scores(questions, expanded=expanded),
            intents=intents.probabilities(expanded, languages, retriever.topics),
            known=np.array([retriever.sparse.known_fraction(question) for question in questions]),
            length=np.log1p([len(question) for question in questions]),
        )

    def with_temperature(self, inverse_temperature: Mapping[Language, float]) -> "Opinions":
        """Return these opinions with log-probabilities of the intents times the inverse temperature of their language.

        Source: Guo et al. 2017, On calibration of modern neural networks (temperature scaling).
        """
        powers = np.array([inverse_temperature.get(language, 1.0) for language in self.languages])
        raised = np.where(self.fits, self.intents ** powers[:, None], 0.0)
        return replace(self, intents=raised / np.maximum(raised.sum(axis=1, keepdims=True), TINY))

    def at(self, rows: Bool[ndarray, " N"]) -> "Opinions":
        """Return the opinions on some of the questions."""
        languages = [language for language, chosen in zip(self.languages, rows, strict=True) if chosen]
        return Opinions(
            languages, self.fits[rows], self.found[rows], self.intents[rows], self.known[rows], self.length[rows]
        )
