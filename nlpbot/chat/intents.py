"""The intents of each language: a linear text classifier over the topics.

Some dozens of ways to ask are too few for a network to learn words from; concepts bring words together that mean
nearly the same.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray

from nlpbot.classify.data import Labelled
from nlpbot.classify.predictor import ClassifyPredictor
from nlpbot.core.bundles.bundle import Bundle, BundleDraft
from nlpbot.core.bundles.predictor import save_part
from nlpbot.core.text.concepts import Concepts
from nlpbot.core.text.language import LANGUAGES, Language
from nlpbot.retrieval.data import Topic

__all__ = ["Intents"]


class Intents:
    """Which topic a question is about, judged by its words; each language has a classifier of its own.

    Args:
        by_language: the classifiers; their labels are ids of topics.
    """

    def __init__(self, by_language: Mapping[Language, ClassifyPredictor]) -> None:
        self.by_language = dict(by_language)

    @classmethod
    def fit(cls, topics: Sequence[Topic], concepts: Concepts, *, seed: int) -> "Intents":
        """Return the intents of some topics, learned from their questions, titles and answers."""
        from nlpbot.classify.train import train_linear  # only here, since serving needs no training

        spoken = [language for language in LANGUAGES if any(topic.language == language for topic in topics)]

        def fitted(language: Language) -> ClassifyPredictor:
            mine = [topic for topic in topics if topic.language == language]
            rows = [(concepts.expand(text, pairs=True), k) for k, topic in enumerate(mine) for text in topic.texts]
            texts, labels = zip(*rows, strict=True)
            names = tuple(topic.id.casefold() for topic in mine)
            return train_linear(Labelled(texts, labels, groups=tuple(range(len(rows))), names=names), seed=seed)

        with ThreadPoolExecutor() as pool:  # liblinear works without Python's lock
            return cls(dict(zip(spoken, pool.map(fitted, spoken), strict=True)))

    def probabilities(
        self, questions: Sequence[str], languages: Sequence[Language], topics: Sequence[Topic]
    ) -> Float[ndarray, "N M"]:
        """Return the probability of each topic for each question; 0 for those of another language.

        They are to be calibrated by a temperature: only their order means something yet.

        Args:
            questions: what was asked, with its concepts and pairs of these.
            languages: of the answer to each.
            topics: the columns of the result.
        """
        found = np.zeros((len(questions), len(topics)))
        for language, classifier in self.by_language.items():
            rows = [row for row, spoken in enumerate(languages) if spoken == language]
            columns = [column for column, topic in enumerate(topics) if topic.language == language]
            if rows and columns:
                ours = classifier.probabilities([questions[row] for row in rows])
                place = {name: number for number, name in enumerate(classifier.names)}
                known = [place.get(topics[column].id.casefold(), -1) for column in columns]
                padded = np.concatenate([ours, np.zeros((len(rows), 1))], axis=1)
                found[np.ix_(rows, columns)] = padded[:, known]
        return found

    def save(self, draft: BundleDraft) -> list[str]:
        """Write a part for each language into a bundle, and return the languages."""
        for language, classifier in self.by_language.items():
            save_part(draft, f"intents-{language}", classifier)
        return list(self.by_language)

    @classmethod
    def from_bundle(cls, bundle: Bundle, device: torch.device) -> "Intents":
        """Return the intents of an opened bundle.

        Raises:
            BundleError: a part is missing or damaged.
        """
        spoken: Any = bundle.manifest.config.get("intents", [])
        parts = {
            language: ClassifyPredictor.from_part(bundle, f"intents-{language}", device)
            for language in LANGUAGES
            if language in spoken
        }
        return cls(parts)
