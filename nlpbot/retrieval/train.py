"""Train a retriever: BM25, and an encoder beside it; one that is trained here is to prove that it finds more."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from numpy import ndarray

from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.concepts import Concepts
from nlpbot.core.text.word_vectors import WordVectors
from nlpbot.core.training import RunFolder, RunResult
from nlpbot.encoding import Encoder as SentenceEncoder
from nlpbot.retrieval.choice import Trial, best_fit, choose_proved, crossfitted, folds_of, log_likelihoods
from nlpbot.retrieval.config import RetrievalSettings
from nlpbot.retrieval.data import MAX_TITLE, Topic
from nlpbot.retrieval.encoder import Encoder, Held
from nlpbot.retrieval.index import SparseIndex
from nlpbot.retrieval.learned_index import MeaningIndex, index_meaning
from nlpbot.retrieval.meaning import Meaning, pretrained
from nlpbot.retrieval.predictor import RetrievalPredictor

__all__ = ["MIN_QUESTIONS", "TrainedRetriever", "hold_out_questions", "train_retriever"]

WEIGHTS = tuple(step / 10 for step in range(11))
BM25, ENCODER = 0, len(WEIGHTS) - 1
USUAL = 5
"""Weight of a sentence encoder that has proved itself on other lists of questions; here it is to be proved wrong."""
LEVELS = {"dual": ((BM25,), range(len(WEIGHTS))), "sentences": ((USUAL,), range(len(WEIGHTS)))}
HELD_FRACTION = 0.15
MIN_QUESTIONS = 3
"""A topic with fewer questions gives none away to be held out."""
READ_BATCH = 64
ENOUGH_TO_VALIDATE = 250
"""Questions held out from which on a fifth of them choose the encoder's weights; fewer tell of chance."""


@dataclass(frozen=True, slots=True)
class TrainedRetriever:
    """What a training run leaves.

    Attributes:
        predictor: to be served.
        metrics: fraction of questions whose own topic came first: as served and with the best weight, each chosen
            without them, and with each part alone. Empty where no questions could be held out.
        held_out: how many questions were held out.
        run: how the training of the encoder went; None where none was trained.
        protocol: in words.
        seconds: in all.
    """

    predictor: RetrievalPredictor
    metrics: dict[str, float]
    held_out: int
    run: RunResult | None
    protocol: str
    seconds: float


def train_retriever(
    topics: Sequence[Topic],
    settings: RetrievalSettings,
    device: torch.device,
    *,
    vectors: WordVectors | None = None,
    sentences: SentenceEncoder | None = None,
    folder: RunFolder | None = None,
    progress: ProgressLine | None = None,
) -> TrainedRetriever:
    """Return a retriever: BM25, blended with an encoder, with the weight that is proved best on questions held out.

    A dual encoder is to prove that it helps; a sentence encoder, trained before, is served unless something else does.

    Args:
        topics: what can be found; at least two.
        settings: how to train.
        device: where.
        vectors: word vectors that a dual encoder starts from; without them they are trained on the texts.
        sentences: the sentence encoder, where the settings name one.
        folder: takes the dual encoder's checkpoint.
        progress: shows how far it is.

    Raises:
        ConfigError: the settings name a sentence encoder, and none is given.
        DataError: there is only one topic.
    """
    if len(topics) < 2:  # nothing to choose from
        raise DataError(f"{len(topics)} answers found; at least two expected")
    start = time.monotonic()
    concepts = Concepts()
    kept, held = hold_out_questions(topics, seed=settings.seed)
    given = pretrained(settings, sentences)
    if not held:
        weight = WEIGHTS[USUAL] if given is not None else 0.0
        served = _served(topics, given, weight, concepts)
        return TrainedRetriever(served, {}, 0, None, _without_held(weight), time.monotonic() - start)
    valid, held = _split(held, seed=settings.seed) if given is None else ([], held)
    encoder = given or Encoder.fit(
        kept,
        settings,
        device,
        concepts=concepts,
        vectors=vectors,
        valid=valid,
        folder=folder.inside("encoder") if folder is not None else None,
        progress=progress,
    )
    dense = index_meaning(kept, encoder, of=topics)
    trial = _try_weights(kept, dense, held, concepts, seed=settings.seed)
    levels = LEVELS[settings.meaning]
    weight = WEIGHTS[choose_proved(trial, levels)]
    return TrainedRetriever(
        predictor=_served(topics, encoder, weight, concepts),
        metrics=_metrics(trial, levels),
        held_out=len(held),
        run=encoder.run if isinstance(encoder, Encoder) else None,
        protocol=_protocol(held, len(valid), weight, settings),
        seconds=time.monotonic() - start,
    )


def _served(topics: Sequence[Topic], encoder: Meaning | None, weight: float, concepts: Concepts) -> RetrievalPredictor:
    sparse = SparseIndex.build(topics, concepts)
    if encoder is None or weight == 0:
        return RetrievalPredictor(topics, sparse)
    return RetrievalPredictor(topics, sparse, index_meaning(topics, encoder), weight=weight, concepts=concepts)


def hold_out_questions(topics: Sequence[Topic], *, seed: int) -> tuple[list[Topic], list[Held]]:
    """Return the topics with some questions less, and those questions with the number of their topic."""
    rng = np.random.default_rng(seed)
    kept: list[Topic] = []
    held: list[Held] = []
    for number, topic in enumerate(topics):
        count = max(round(HELD_FRACTION * len(topic.questions)), 1) if len(topic.questions) >= MIN_QUESTIONS else 0
        away = {topic.questions[index] for index in rng.permutation(len(topic.questions))[:count].tolist()}
        held += [(question, number) for question in topic.questions if question in away]
        left = tuple(question for question in topic.questions if question not in away)
        # A table has no titles: there it is the first question, which may be one of those held out.
        title = left[0] if topic.title in {question[:MAX_TITLE] for question in away} else topic.title
        kept.append(replace(topic, questions=left, title=title))
    return kept, held


def _split(held: Sequence[Held], *, seed: int) -> tuple[list[Held], list[Held]]:
    """Return the questions that choose the encoder's weights, none where there are few, and those that judge it."""
    if len(held) < ENOUGH_TO_VALIDATE:
        return [], list(held)
    folds = folds_of(np.array([number for _, number in held]), seed=seed)
    valid = [each for each, fold in zip(held, folds, strict=True) if fold == 0]
    return valid, [each for each, fold in zip(held, folds, strict=True) if fold != 0]


def _try_weights(
    kept: Sequence[Topic], dense: MeaningIndex, held: Sequence[Held], concepts: Concepts, *, seed: int
) -> Trial:
    """Return how each weight does on each question held out, among the topics of its language."""
    sparse = SparseIndex.build(kept, concepts)
    languages = np.array([topic.language for topic in kept])
    numbers = np.array([number for _, number in held])
    right, likelihoods = list[ndarray](), list[ndarray]()
    for start in range(0, len(held), READ_BATCH):  # a score for each question and topic: not all at once
        rows = slice(start, start + READ_BATCH)
        questions, truth = [question for question, _ in held[rows]], numbers[rows]
        parts = (
            sparse.scores([concepts.expand(question, pairs=True) for question in questions]),
            dense.scores(questions),
        )
        fits = languages == languages[truth][:, None]
        blends = [np.where(fits, (1 - weight) * parts[0] + weight * parts[1], -np.inf) for weight in WEIGHTS]
        right.append(np.stack([blend.argmax(axis=1) == truth for blend in blends]))
        likelihoods.append(np.stack([log_likelihoods(blend, truth) for blend in blends]))
    fit = np.stack([best_fit(ways) for ways in np.concatenate(likelihoods, axis=2)])
    return Trial(np.concatenate(right, axis=1), fit, numbers, folds_of(numbers, seed=seed))


def _metrics(trial: Trial, levels: Sequence[Sequence[int]]) -> dict[str, float]:
    found = {
        "accuracy": crossfitted(trial, partial(choose_proved, levels=levels)),
        "bm25": trial.right[BM25],
        "encoder": trial.right[ENCODER],
        "blend": crossfitted(trial, partial(choose_proved, levels=(range(len(WEIGHTS)),))),
    }
    return {name: float(right.mean()) for name, right in found.items()}


def _without_held(weight: float) -> str:
    why = f"no topic has {MIN_QUESTIONS} questions, so that none could be held out"
    if weight:
        return f"BM25 and sentence encoder, weight {weight} as for other lists of questions: {why}"
    return f"BM25 alone: {why} to prove that an encoder finds more"


def _protocol(held: Sequence[Held], valid: int, weight: float, settings: RetrievalSettings) -> str:
    if settings.meaning == "sentences":
        usual = "its usual one" if weight == WEIGHTS[USUAL] else "proved better on them than its usual one"
        gain = f"the sentence encoder has weight {weight}, {usual}"
    else:
        proved = "the encoder's gain over BM25 is proved on them", "BM25 alone, over which no gain is proved"
        gain = proved[weight == 0]
    more = f", beside {valid} by which its best weights were kept" if valid else ""
    return (
        f"{len(held)} questions held out, the weight for each fold of them chosen on the others; {gain}{more}; "
        f"then all in the index; seed {settings.seed}"
    )
