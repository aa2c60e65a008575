"""Train a chatbot: retriever, intents, their blend, and how far its first guess can be trusted.

Blend and confidence are learned in a trial in which some questions of each topic are kept back, and questions out of
scope are asked. Where none are given, some topics are kept back altogether: questions about them can't be known.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from nlpbot.chat.choice import NO_TOPIC, Asked, Choice, cautious, choose, measure
from nlpbot.chat.config import ChatSettings
from nlpbot.chat.data import Knowledge
from nlpbot.chat.intents import Intents
from nlpbot.chat.opinions import Opinions
from nlpbot.chat.predictor import ChatPredictor
from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.concepts import Concepts
from nlpbot.core.training import RunFolder, RunResult
from nlpbot.encoding import Encoder as SentenceEncoder
from nlpbot.retrieval.choice import folds_of
from nlpbot.retrieval.config import MeaningName, choose_settings
from nlpbot.retrieval.data import Topic
from nlpbot.retrieval.encoder import Encoder, Held
from nlpbot.retrieval.index import SparseIndex
from nlpbot.retrieval.learned_index import MeaningIndex, index_meaning
from nlpbot.retrieval.meaning import Meaning, Pretrained, pretrained
from nlpbot.retrieval.predictor import RetrievalPredictor
from nlpbot.retrieval.train import MIN_QUESTIONS, hold_out_questions

__all__ = ["TrainedChat", "train_chat"]

TOPICS_KEPT_BACK = 0.1
FEWEST_TOPICS = 12
"""With fewer, no topic is kept back."""
Outside = list[tuple[str, int]]
"""Questions out of scope, each with the number of what it is about; those about the same are alike."""


@dataclass(frozen=True, slots=True)
class TrainedChat:
    """What a training run leaves.

    Attributes:
        predictor: to be served.
        settings: with those of the retriever, which may have been chosen for the data.
        metrics: on questions held out: accuracy, that of each part alone, known, and confident mistakes.
        protocol: in words.
        seconds: in all.
        run: how the training of the encoder went; None where none was trained.
    """

    predictor: ChatPredictor
    settings: ChatSettings
    metrics: dict[str, float]
    protocol: str
    seconds: float
    run: RunResult | None


def train_chat(
    knowledge: Knowledge,
    settings: ChatSettings,
    device: torch.device,
    *,
    sentences: SentenceEncoder | None = None,
    folder: RunFolder | None = None,
    progress: ProgressLine | None = None,
) -> TrainedChat:
    """Return the chatbot of some topics.

    Args:
        knowledge: what it is made of.
        settings: how to train.
        device: where.
        sentences: the sentence encoder that questions are compared by; without one a dual encoder is trained.
        folder: takes the checkpoint of a dual encoder.
        progress: shows how far it is.

    Raises:
        ConfigError: the settings name a sentence encoder, and none is given.
        DataError: there are fewer than two topics.
    """
    topics, concepts = knowledge.topics, knowledge.concepts
    if len(topics) < 2:  # nothing to choose from
        raise DataError(f"{len(topics)} topics found; at least two expected")
    start = time.monotonic()
    taught, kept_back = (topics, []) if knowledge.out_of_scope else _keep_back(topics, settings.seed)
    kept, held = hold_out_questions(taught, seed=settings.seed)
    outside = [(question, number) for number, question in enumerate(knowledge.out_of_scope)]
    outside += [(question, number) for number, topic in enumerate(kept_back) for question in topic.questions]
    meaning: MeaningName = "sentences" if sentences is not None else "dual"
    texts = sum(len(topic.texts) for topic in kept)
    retrieval = settings.retrieval or choose_settings(texts, meaning=meaning, seed=settings.seed)
    settings = settings.model_copy(update={"retrieval": retrieval})
    encoder: Meaning | None = pretrained(retrieval, sentences)
    choice, metrics = cautious(pretrained=encoder is not None), dict[str, float]()
    if held:
        encoder = encoder or Encoder.fit(kept, retrieval, device, concepts=concepts, folder=folder, progress=progress)
        dense = index_meaning(kept, encoder, of=topics)
        asked = replace(
            _ask(kept, dense, held, outside, concepts, settings), pretrained=isinstance(encoder, Pretrained)
        )
        choice = choose(asked, mistakes=settings.confident_mistakes)
        metrics = measure(asked, mistakes=settings.confident_mistakes)
    served = index_meaning(topics, encoder) if encoder is not None and choice.weight > 0 else None
    sparse = SparseIndex.build(topics, concepts)
    predictor = ChatPredictor(
        RetrievalPredictor(topics, sparse, served, weight=choice.weight, concepts=concepts),
        Intents.fit(topics, concepts, seed=settings.seed),
        blend=choice.blend,
        confidence=choice.confidence,
        threshold=choice.known_from,
        likely_from=choice.likely_from,
        phrases=knowledge.phrases,
        urgent_cases=knowledge.urgent_cases,
    )
    protocol = _protocol(choice, len(held), len(outside), settings.seed)
    run = encoder.run if isinstance(encoder, Encoder) else None
    return TrainedChat(predictor, settings, metrics, protocol, time.monotonic() - start, run)


def _keep_back(topics: Sequence[Topic], seed: int) -> tuple[list[Topic], list[Topic]]:
    if len(topics) < FEWEST_TOPICS:
        return list(topics), []
    away = set(np.random.default_rng(seed).permutation(len(topics))[: round(TOPICS_KEPT_BACK * len(topics))].tolist())
    taught = [topic for index, topic in enumerate(topics) if index not in away]
    return taught, [topic for index, topic in enumerate(topics) if index in away]


def _ask(
    topics: Sequence[Topic],
    dense: MeaningIndex,
    held: Sequence[Held],
    outside: Outside,
    concepts: Concepts,
    settings: ChatSettings,
) -> Asked:
    """Return what a chatbot of some topics thinks of questions that it has not seen."""
    retriever = RetrievalPredictor(topics, SparseIndex.build(topics, concepts), concepts=concepts)
    intents = Intents.fit(topics, concepts, seed=settings.seed)
    questions = [question for question, _ in (*held, *outside)]
    groups = [number for _, number in held] + [len(topics) + number for _, number in outside]
    return Asked(
        Opinions.of(retriever, intents, questions),
        dense=dense.scores(questions),
        truth=np.array([number for _, number in held] + [NO_TOPIC] * len(outside)),
        folds=folds_of(np.array(groups), seed=settings.seed),
    )


def _protocol(choice: Choice, held: int, outside: int, seed: int) -> str:
    served = "BM25" + (" and intents" if choice.blend.intent_weight else "") + (" and encoder" if choice.weight else "")
    if not held:
        return (
            f"no topic has {MIN_QUESTIONS} questions, so that none could be held out: {served} as for other lists, and "
            f"confidence by a cautious rule; seed {seed}"
        )
    if not outside:
        return (
            f"{held} questions held out of their topics, none out of scope to learn a confidence from: {served} as for "
            f"other lists, and confidence by a cautious rule; index and intents then made of all; seed {seed}"
        )
    return (
        f"{held} questions held out of their topics and {outside} out of scope, each fold of them judged by blend and "
        f"confidence learned with the others; {served} served, as nothing more is proved to gain on them; "
        f"index and intents then made of all; seed {seed}"
    )
