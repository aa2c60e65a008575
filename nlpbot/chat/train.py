"""Train a chatbot: retriever, intents, their blend, and how far its first guess can be trusted.

Blend and confidence are learned in a trial in which some questions of each topic, and some topics altogether, are kept
back: a question about a topic kept back is one that the chatbot can't know.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy import ndarray

from nlpbot.chat.config import ChatSettings
from nlpbot.chat.data import Knowledge
from nlpbot.chat.predictor import ChatPredictor, intent_name
from nlpbot.classify.config import ClassifySettings
from nlpbot.classify.data import Labelled
from nlpbot.classify.predictor import ClassifyPredictor
from nlpbot.classify.train import train_classifier
from nlpbot.core.console import ProgressLine
from nlpbot.core.errors import DataError
from nlpbot.core.linear.confidence import Confidence
from nlpbot.core.text.labelled import Example
from nlpbot.retrieval.config import choose_settings
from nlpbot.retrieval.data import Topic
from nlpbot.retrieval.train import TrainedRetriever, hold_out_questions, train_retriever

__all__ = ["TrainedChat", "train_chat"]

SHARES = (0.0, 0.25, 0.4, 0.5, 0.6, 0.75, 1.0)
TOPICS_KEPT_BACK = 0.15
FEWEST_TOPICS = 12
"""With fewer, no topic is kept back."""
EVERYTHING = Confidence((0.0,) * 6, (1.0,) * 6, (0.0,) * 6, 4.0)


@dataclass(frozen=True, slots=True)
class TrainedChat:
    """What a training run leaves.

    Attributes:
        predictor: to be served.
        retriever: how the retriever did by itself.
        metrics: on questions held out: accuracy, that of BM25, of intents alone, known, and confident mistakes.
        protocol: in words.
        seconds: in all.
    """

    predictor: ChatPredictor
    retriever: TrainedRetriever
    metrics: dict[str, float]
    protocol: str
    seconds: float


def train_chat(
    knowledge: Knowledge, settings: ChatSettings, device: torch.device, *, progress: ProgressLine | None = None
) -> TrainedChat:
    """Return the chatbot of some topics.

    Args:
        knowledge: topics, and questions out of scope.
        settings: how to train.
        device: where.
        progress: is told how far it is.

    Raises:
        DataError: there are fewer than two topics.
    """
    topics = knowledge.topics
    if len(topics) < 2:  # nothing to choose from
        raise DataError(f"{len(topics)} topics found; at least two wanted")
    start = time.monotonic()
    trial = _Trial.run(knowledge, settings, device, progress)
    retriever = _retriever(knowledge, settings, device, progress, weight=trial.predictor.retriever.weight)
    predictor = ChatPredictor(
        retriever.predictor,
        _intents(knowledge, settings, device),
        share=trial.predictor.share,
        confidence=trial.predictor.confidence,
        threshold=trial.predictor.threshold,
    )
    protocol = (
        f"blend and confidence learned on {trial.inside} questions held out of their topics and {trial.outside} out of "
        f"scope; then trained on all; seed {settings.seed}"
    )
    return TrainedChat(predictor, retriever, trial.metrics, protocol, time.monotonic() - start)


@dataclass(frozen=True, slots=True)
class _Trial:
    """A chatbot trained on part of the knowledge, and what the other part says of it."""

    predictor: ChatPredictor
    metrics: dict[str, float]
    inside: int
    outside: int

    @classmethod
    def run(
        cls, knowledge: Knowledge, settings: ChatSettings, device: torch.device, progress: ProgressLine | None
    ) -> "_Trial":
        taught, kept_back = _keep_back(knowledge.topics, settings.seed)
        kept, held = hold_out_questions(taught, seed=settings.seed)
        part = replace(knowledge, topics=tuple(kept))
        retriever = _retriever(part, settings, device, progress)
        predictor = ChatPredictor(
            retriever.predictor, _intents(part, settings, device), share=0.5, confidence=EVERYTHING, threshold=0.5
        )
        outside = [*knowledge.out_of_scope, *(question for topic in kept_back for question in topic.questions)]
        if not held:
            return cls(predictor, {}, 0, len(outside))
        metrics = _choose_share(predictor, held)
        return cls(predictor, metrics | _learn_confidence(predictor, held, outside, settings), len(held), len(outside))


def _keep_back(topics: Sequence[Topic], seed: int) -> tuple[list[Topic], list[Topic]]:
    if len(topics) < FEWEST_TOPICS:
        return list(topics), []
    away = set(np.random.default_rng(seed).permutation(len(topics))[: round(TOPICS_KEPT_BACK * len(topics))].tolist())
    taught = [topic for index, topic in enumerate(topics) if index not in away]
    return taught, [topic for index, topic in enumerate(topics) if index in away]


def _choose_share(predictor: ChatPredictor, held: Sequence[tuple[str, int]]) -> dict[str, float]:
    """Set the share of intents that puts the right topic first most often, and return how often that is."""
    questions, truth = [question for question, _ in held], np.array([number for _, number in held])
    accuracy = {}
    for share in SHARES:
        predictor.share = share
        accuracy[share] = float((predictor.judge(questions)[0].argmax(axis=1) == truth).mean())
    predictor.share = max(SHARES, key=lambda share: (accuracy[share], -abs(share - 0.5)))
    return {"accuracy": accuracy[predictor.share], "retrieval": accuracy[0.0], "intents": accuracy[1.0]}


def _learn_confidence(
    predictor: ChatPredictor, held: Sequence[tuple[str, int]], outside: Sequence[str], settings: ChatSettings
) -> dict[str, float]:
    """Fit the confidence and its threshold, and return what share is known and what share wrongly so."""
    questions = [question for question, _ in held]
    scores, features = predictor.judge(questions)
    right = scores.argmax(axis=1) == np.array([number for _, number in held])
    strange = predictor.judge(outside)[1] if outside else np.zeros((0, features.shape[1]))
    truth = np.concatenate([right, np.zeros(len(strange), dtype=bool)])
    predictor.confidence = Confidence.fit(np.concatenate([features, strange]), truth)
    inside_p = predictor.confidence.probability(features)
    outside_p = predictor.confidence.probability(strange)
    predictor.threshold = _threshold(outside_p, settings.confident_mistakes)
    known = inside_p >= predictor.threshold
    return {
        "known": float(known.mean()),
        "accuracy_of_known": float(right[known].mean()) if known.any() else 0.0,
        "confident_mistakes": float((outside_p >= predictor.threshold).mean()) if len(outside_p) else 0.0,
    }


def _threshold(outside: ndarray, mistakes: float) -> float:
    """Return the confidence that only a share of the questions out of scope reach."""
    if len(outside) == 0:
        return 0.5
    return float(np.clip(np.quantile(outside, 1 - mistakes, method="higher"), 0.2, 0.9))


def _retriever(
    knowledge: Knowledge,
    settings: ChatSettings,
    device: torch.device,
    progress: ProgressLine | None,
    *,
    weight: float | None = None,
) -> TrainedRetriever:
    count = sum(len(topic.texts) for topic in knowledge.topics)
    chosen = settings.retrieval or choose_settings(count, seed=settings.seed)
    return train_retriever(
        knowledge.topics, chosen, device, weight=weight, concepts=knowledge.concepts, progress=progress
    )


def _intents(knowledge: Knowledge, settings: ChatSettings, device: torch.device) -> ClassifyPredictor:
    """Return the linear intent classifier: a dozen ways to ask are too few for a network to learn words from."""
    expand = knowledge.concepts.expand
    examples = [Example(expand(text), intent_name(topic)) for topic in knowledge.topics for text in topic.texts]
    wanted = ClassifySettings(model="linear", seed=settings.seed)
    return train_classifier(Labelled.of(examples), wanted, device).predictor
