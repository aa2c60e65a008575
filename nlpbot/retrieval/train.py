"""Train a retriever: word vectors, the dual encoder on question–answer pairs, and the blend with BM25."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Bool
from numpy import ndarray

from nlpbot.core.console import ProgressLine
from nlpbot.core.errors import DataError
from nlpbot.core.nn import DualEncoder, DualEncoderConfig
from nlpbot.core.reproducibility import seeded
from nlpbot.core.text.batches import pad
from nlpbot.core.text.concepts import Concepts
from nlpbot.core.text.message_reader import MessageReader
from nlpbot.core.text.word2vec import vectors_of_tokens
from nlpbot.core.text.word_vectors import WordVectors
from nlpbot.core.threads import paying_threads, threads
from nlpbot.core.training import contrastive_loss, fit
from nlpbot.retrieval.config import RetrievalSettings
from nlpbot.retrieval.data import Topic
from nlpbot.retrieval.predictor import RetrievalPredictor

__all__ = [
    "TrainedEncoder",
    "TrainedRetriever",
    "choose_weight",
    "hold_out_questions",
    "train_encoder",
    "train_retriever",
]

WEIGHTS = tuple(step / 10 for step in range(11))
HELD_SHARE = 0.15
ANSWER_SHARE = 0.4
MIN_QUESTIONS = 3
"""A topic with fewer questions gives none away to be held out."""
Pair = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class TrainedEncoder:
    """A retriever whose blend is still to be chosen, and the last loss of its encoder, in nats a question."""

    predictor: RetrievalPredictor
    train_loss: float


@dataclass(frozen=True, slots=True)
class TrainedRetriever:
    """What a training run leaves.

    Attributes:
        predictor: to be served.
        metrics: share of held-out questions whose own topic came first, and the same with each part alone.
        held_out: how many questions were held out.
        train_loss: of the encoder, in nats a question.
        protocol: in words.
        seconds: in all.
    """

    predictor: RetrievalPredictor
    metrics: dict[str, float]
    held_out: int
    train_loss: float
    protocol: str
    seconds: float


def hold_out_questions(topics: Sequence[Topic], *, seed: int) -> tuple[list[Topic], list[tuple[str, int]]]:
    """Return the topics with some questions less, and those questions with the number of their topic."""
    rng = np.random.default_rng(seed)
    kept: list[Topic] = []
    held: list[tuple[str, int]] = []
    for number, topic in enumerate(topics):
        count = max(round(HELD_SHARE * len(topic.questions)), 1) if len(topic.questions) >= MIN_QUESTIONS else 0
        away = set(rng.permutation(len(topic.questions))[:count].tolist())
        held += [(question, number) for index, question in enumerate(topic.questions) if index in away]
        left = tuple(question for index, question in enumerate(topic.questions) if index not in away)
        kept.append(replace(topic, questions=left))
    return kept, held


def train_retriever(
    topics: Sequence[Topic],
    settings: RetrievalSettings,
    device: torch.device,
    *,
    concepts: Concepts | None = None,
    vectors: WordVectors | None = None,
    progress: ProgressLine | None = None,
) -> TrainedRetriever:
    """Return a retriever, its blend chosen on questions held out, which then join the index.

    Args:
        topics: what can be found; at least two.
        settings: how to train.
        device: where.
        concepts: added to each text before it is read.
        vectors: word vectors to start from; without them they are trained on the texts.
        progress: is told how far it is.

    Raises:
        DataError: there is only one topic.
    """
    if len(topics) < 2:  # nothing to choose from
        raise DataError(f"{len(topics)} answers found; at least two wanted")
    start = time.monotonic()
    kept, held = hold_out_questions(topics, seed=settings.seed)
    trained = train_encoder(kept, settings, device, concepts=concepts, vectors=vectors, progress=progress)
    predictor, metrics = trained.predictor, dict[str, float]()
    if held:
        right = _right_first(predictor, held)
        predictor.weight = choose_weight(right)
        named = {"accuracy": predictor.weight, "bm25": 0.0, "encoder": 1.0}
        metrics = {name: float(right[weight].mean()) for name, weight in named.items()}
    return TrainedRetriever(
        predictor=predictor.about(topics),
        metrics=metrics,
        held_out=len(held),
        train_loss=trained.train_loss,
        protocol=f"encoder and blend learned with {len(held)} questions held out, then in the index; seed "
        f"{settings.seed}",
        seconds=time.monotonic() - start,
    )


def choose_weight(right: Mapping[float, Bool[ndarray, " N"]]) -> float:
    """Return the weight with most questions right; BM25 alone unless that gains more than chance would.

    With few questions held out a blend wins by luck, so its gain over BM25 is to exceed one standard error.

    Args:
        right: weight of the encoder to whether each question was answered right; 0 is BM25 alone.

    Source: McNemar 1947, Note on the sampling error of the difference between correlated proportions.
    """
    best = max(right, key=lambda weight: (int(right[weight].sum()), -weight))
    gained, lost = int((right[best] & ~right[0.0]).sum()), int((right[0.0] & ~right[best]).sum())
    return best if (gained - lost) ** 2 > gained + lost else 0.0


def _right_first(predictor: RetrievalPredictor, held: Sequence[tuple[str, int]]) -> dict[float, Bool[ndarray, " N"]]:
    """Return for each weight whether each question's own topic comes first."""
    vectors = predictor.encode([question for question, _ in held], side="question")
    right = {weight: np.zeros(len(held), dtype=bool) for weight in WEIGHTS}
    for row, ((question, number), vector) in enumerate(zip(held, vectors, strict=True)):
        sparse, dense = predictor.parts(question, vector)
        same = np.array([topic.language == predictor.topics[number].language for topic in predictor.topics])
        for weight in WEIGHTS:
            blended = np.where(same, (1 - weight) * sparse + weight * dense, -np.inf)
            right[weight][row] = blended.argmax() == number
    return right


def train_encoder(
    topics: Sequence[Topic],
    settings: RetrievalSettings,
    device: torch.device,
    *,
    concepts: Concepts | None = None,
    vectors: WordVectors | None = None,
    progress: ProgressLine | None = None,
) -> TrainedEncoder:
    """Return a retriever whose encoder learned from all the texts of the topics; its blend is half and half."""
    expand = (concepts or Concepts()).expand
    pairs = [
        (expand(text), expand(topic.answer), number) for number, topic in enumerate(topics) for text in topic.texts
    ]
    texts = list(dict.fromkeys(text for question, answer, _ in pairs for text in (question, answer)))
    reader = MessageReader.train(
        texts, tokens=settings.tokens, size=settings.vocabulary, min_count=1, max_tokens=settings.max_tokens
    )
    vocabulary = reader.vocabulary
    encoded = {text: reader.encode(text) for text in texts}
    vectors = vectors or vectors_of_tokens(list(encoded.values()), vocabulary.tokens, settings.word2vec)
    loss = float("nan")
    with seeded(settings.seed) as rng:
        config = DualEncoderConfig(
            vocabulary=len(vocabulary),
            embedding=vectors.dim,
            hidden=settings.hidden,
            size=settings.size,
            dropout=settings.dropout,
        )
        network = DualEncoder(config).to(device)
        network.embedding.pour(*vectors.matrix_for(vocabulary.tokens))
        batches = _PairBatches(pairs, encoded, settings.train.batch_size, int(rng.integers(1 << 31)))
        products = settings.train.batch_size * sum(weight.numel() for weight in network.encoder.parameters())
        with threads(paying_threads(products)):
            for report in fit(network, contrastive_loss, batches, settings.train, device):
                loss = report.train_loss
                if progress is not None:
                    progress(report.step, report.steps or 0, f"loss {loss:.3f}")
    return TrainedEncoder(RetrievalPredictor(topics, reader, network, 0.5, device, concepts=concepts), loss)


class _PairBatches:
    """Questions, each with its answer or with another question of its topic, by the toss of a coin.

    With few answers there is little to learn from them alone; ways to ask the same thing are worth as much.
    """

    def __init__(self, pairs: Sequence[Pair], encoded: Mapping[str, list[int]], batch_size: int, seed: int) -> None:
        self._questions = [encoded[question] for question, _, _ in pairs]
        self._answers = [encoded[answer] for _, answer, _ in pairs]
        self._groups = torch.tensor([group for _, _, group in pairs])
        self._twins: dict[int, list[int]] = {}
        for row, (_, _, group) in enumerate(pairs):
            self._twins.setdefault(group, []).append(row)
        self._batch_size = batch_size
        self._seed = seed

    def __len__(self) -> int:
        return -(-len(self._questions) // self._batch_size)

    def epoch(self, number: int) -> Iterator[tuple[object, object, torch.Tensor]]:
        """Return the batches of an epoch."""
        rng = np.random.default_rng((self._seed, number))
        order = rng.permutation(len(self._questions))
        for start in range(0, len(order), self._batch_size):
            rows = order[start : start + self._batch_size].tolist()
            questions = pad([self._questions[row] for row in rows])
            yield questions, pad([self._partner(row, rng) for row in rows]), self._groups[rows]

    def _partner(self, row: int, rng: np.random.Generator) -> list[int]:
        """Return the answer of a question, or another question of its topic."""
        twins = self._twins[int(self._groups[row])]
        if len(twins) == 1 or rng.random() < ANSWER_SHARE:
            return self._answers[row]
        other = twins[int(rng.integers(len(twins) - 1))]
        return self._questions[twins[-1] if other == row else other]
