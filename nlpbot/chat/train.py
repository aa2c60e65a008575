"""Train a chatbot: retriever, intents, their blend, and how far its first guess can be trusted.

Blend and confidence are learned in a trial in which some questions of each topic are kept back, and questions out of
scope are asked. Where none are given, some topics are kept back altogether: questions about them can't be known.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import torch
from numpy import ndarray

from nlpbot.chat.config import ChatSettings
from nlpbot.chat.data import Knowledge
from nlpbot.chat.intents import Intents
from nlpbot.chat.predictor import ChatPredictor
from nlpbot.core.console import ProgressLine
from nlpbot.core.errors import DataError
from nlpbot.core.linear.confidence import Confidence
from nlpbot.core.text.language import language_of
from nlpbot.retrieval.config import choose_settings
from nlpbot.retrieval.data import Topic
from nlpbot.retrieval.train import hold_out_questions, train_encoder

__all__ = ["TrainedChat", "train_chat"]

WEIGHTS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
TOPICS_KEPT_BACK = 0.1
FEWEST_TOPICS = 12
"""With fewer, no topic is kept back."""
CAUTIOUS = Confidence((0.0,) * 7, (1.0,) * 7, (7.0, 0.0, 0.0, 0.0, 0.0, 4.0, 0.0), -6.5)
"""Where there is too little to learn it from: a good score and familiar words, set by hand on a shop's questions."""
CAUTIOUS_KNOWN, CAUTIOUS_LIKELY = 0.8, 0.35
WARNED = 2.5
"""Times as many questions out of scope may be answered with a warning."""
Held = tuple[str, int]


@dataclass(frozen=True, slots=True)
class TrainedChat:
    """What a training run leaves.

    Attributes:
        predictor: to be served.
        metrics: on questions held out: accuracy, that of each part alone, known, and confident mistakes.
        protocol: in words.
        seconds: in all.
    """

    predictor: ChatPredictor
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
    taught, kept_back = (topics, []) if knowledge.out_of_scope else _keep_back(topics, settings.seed)
    kept, held = hold_out_questions(taught, seed=settings.seed)
    trial = _fit(replace(knowledge, topics=tuple(kept)), settings, device, progress)
    outside = knowledge.out_of_scope or tuple(question for topic in kept_back for question in topic.questions)
    metrics: dict[str, float] = {}
    if held:
        trial.intents.sharpen([(question, kept[number]) for question, number in held])
        metrics = _choose_blend(trial, held) | _learn_confidence(trial, held, outside, settings)
    predictor = ChatPredictor(
        trial.retriever.about(topics),
        Intents.fit(topics, knowledge.concepts, seed=settings.seed).as_sharp_as(trial.intents),
        share=trial.share,
        confidence=trial.confidence,
        threshold=trial.threshold,
        likely_from=trial.likely_from,
    )
    rule = "" if held and outside else "; too few to learn a confidence from, which is therefore a cautious rule"
    protocol = (
        f"encoder, blend and confidence learned with {len(held)} questions held out of their topics and "
        f"{len(outside)} out of scope{rule}; index and intents then made of all; seed {settings.seed}"
    )
    return TrainedChat(predictor, metrics, protocol, time.monotonic() - start)


def _keep_back(topics: Sequence[Topic], seed: int) -> tuple[list[Topic], list[Topic]]:
    if len(topics) < FEWEST_TOPICS:
        return list(topics), []
    away = set(np.random.default_rng(seed).permutation(len(topics))[: round(TOPICS_KEPT_BACK * len(topics))].tolist())
    taught = [topic for index, topic in enumerate(topics) if index not in away]
    return taught, [topic for index, topic in enumerate(topics) if index in away]


def _fit(
    knowledge: Knowledge, settings: ChatSettings, device: torch.device, progress: ProgressLine | None
) -> ChatPredictor:
    """Return a chatbot whose blend and confidence are still to be learned."""
    count = sum(len(topic.texts) for topic in knowledge.topics)
    chosen = settings.retrieval or choose_settings(count, seed=settings.seed)
    retriever = train_encoder(knowledge.topics, chosen, device, concepts=knowledge.concepts, progress=progress)
    intents = Intents.fit(knowledge.topics, knowledge.concepts, seed=settings.seed)
    return ChatPredictor(
        retriever.predictor,
        intents,
        share=0.5,
        confidence=CAUTIOUS,
        threshold=CAUTIOUS_KNOWN,
        likely_from=CAUTIOUS_LIKELY,
    )


def _choose_blend(trial: ChatPredictor, held: Sequence[Held]) -> dict[str, float]:
    """Set the weights that put the right topic first most often, and return how often that is, and each part alone."""
    questions, truth = [question for question, _ in held], np.array([number for _, number in held])
    retriever, accuracy = trial.retriever, {}
    vectors = retriever.encode(questions, side="question")
    parts = [retriever.parts(question, vector) for question, vector in zip(questions, vectors, strict=True)]
    sparse, dense = (np.stack(scores) for scores in zip(*parts, strict=True))
    languages = [language_of(question) for question in questions]
    intents = trial.intents.probabilities(questions, languages, trial.topics)
    for weight, share in product(WEIGHTS, WEIGHTS):
        trial.share = share
        scores = trial.blend(languages, (1 - weight) * sparse + weight * dense, intents)
        accuracy[weight, share] = float((scores.argmax(axis=1) == truth).mean())
    retriever.weight, trial.share = max(accuracy, key=lambda pair: (accuracy[pair], -abs(pair[1] - 0.5)))
    return {
        "accuracy": accuracy[retriever.weight, trial.share],
        "bm25": accuracy[0.0, 0.0],
        "encoder": accuracy[1.0, 0.0],
        "intents": accuracy[0.0, 1.0],
    }


def _learn_confidence(
    trial: ChatPredictor, held: Sequence[Held], outside: Sequence[str], settings: ChatSettings
) -> dict[str, float]:
    """Fit the confidence and its threshold, and return what share is known and what share wrongly so.

    Without questions out of scope it would learn to trust everything, and stays the cautious rule.
    """
    scores, features = trial.judge([question for question, _ in held])
    right = scores.argmax(axis=1) == np.array([number for _, number in held])
    mistakes = {}
    if outside:
        strange = trial.judge(outside)[1]
        truth = np.concatenate([right, np.zeros(len(strange), dtype=bool)])
        trial.confidence = Confidence.fit(np.concatenate([features, strange]), truth)
        outside_p = trial.confidence.probability(strange)
        trial.threshold = _threshold(outside_p, settings.confident_mistakes)
        trial.likely_from = min(_threshold(outside_p, WARNED * settings.confident_mistakes), trial.threshold)
        mistakes = {"confident_mistakes": float((outside_p >= trial.threshold).mean())}
    inside_p = trial.confidence.probability(features)
    known = inside_p >= trial.threshold
    return {
        "known": float(known.mean()),
        "known_or_likely": float((inside_p >= trial.likely_from).mean()),
        "accuracy_of_known": float(right[known].mean()) if known.any() else 0.0,
        **mistakes,
    }


def _threshold(outside: ndarray, mistakes: float) -> float:
    """Return the confidence that only a share of the questions out of scope reach."""
    return float(np.clip(np.quantile(outside, 1 - mistakes, method="higher"), 0.2, 0.9))
