"""All networks, as the laws see them. A new network is one more line in NETWORKS."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from nlpbot.core.nn import (
    DualEncoder,
    DualEncoderConfig,
    EncoderBatch,
    LanguageModel,
    LanguageModelConfig,
    LeNet5,
    LeNet5Config,
    SentenceClassifier,
    SentenceClassifierConfig,
    SentenceEncoder,
    SentenceEncoderConfig,
    SoftmaxRegression,
    SoftmaxRegressionConfig,
    TaughtEncoder,
    TextClassifier,
    TextClassifierConfig,
    Words,
    classification_loss,
    contrastive_loss,
    image_loss,
    next_token_loss,
    sentence_classification_loss,
    sentence_loss,
)

VOCABULARY, SIDE, LABELS = 11, 8, 3
LENGTHS = (5, 1, 7, 3)


def tokens(seed: int) -> Tensor:
    length = LENGTHS[seed % len(LENGTHS)]
    return torch.randint(1, VOCABULARY, (length,), generator=torch.Generator().manual_seed(seed))


def padded(rows: Sequence[Tensor], extra: int, filler: int = 0) -> tuple[Tensor, Tensor]:
    lengths = torch.tensor([len(row) for row in rows])
    ids = torch.full((len(rows), int(lengths.max()) + extra), filler)
    for index, row in enumerate(rows):
        ids[index, : len(row)] = row
    return ids, lengths


class Texts:
    """Rows are texts of different lengths; the result of each is its scores."""

    loss_fn = staticmethod(classification_loss)

    def row(self, seed: int) -> Any:
        return tokens(seed)

    def results(self, model: nn.Module, rows: Sequence[Any], *, extra: int = 0, filler: int = 0) -> list[Tensor]:
        return list(model(*padded(rows, extra, filler)))

    def batch(self, rows: Sequence[Any]) -> Any:
        return *padded(rows, 0), torch.arange(len(rows)) % LABELS


class Streams(Texts):
    """Rows are texts; the result of each is the scores after each of its tokens."""

    loss_fn = staticmethod(next_token_loss)

    def results(self, model: nn.Module, rows: Sequence[Any], *, extra: int = 0, filler: int = 0) -> list[Tensor]:
        logits, _ = model(padded(rows, extra, filler)[0])
        return [scores[: len(row)] for scores, row in zip(logits, rows, strict=True)]

    def batch(self, rows: Sequence[Any]) -> Any:
        ids = torch.randint(VOCABULARY, (len(rows), 6), generator=torch.Generator().manual_seed(0))
        ids[:, 0] = torch.arange(len(rows))  # what comes next can be known from the start
        return ids[:, :-1], ids[:, 1:]


class Pairs(Texts):
    """Rows are questions with answers; the result of each is both vectors."""

    loss_fn = staticmethod(contrastive_loss)

    def row(self, seed: int) -> Any:
        return tokens(seed), tokens(seed + 101)

    def results(self, model: nn.Module, rows: Sequence[Any], *, extra: int = 0, filler: int = 0) -> list[Tensor]:
        questions = model.encode_question(*padded([question for question, _ in rows], extra, filler))
        answers = model.encode_answer(*padded([answer for _, answer in rows], extra, filler))
        return list(torch.stack([questions, answers], dim=1))

    def batch(self, rows: Sequence[Any]) -> Any:
        questions, answers = (padded([row[side] for row in rows], 0) for side in (0, 1))
        return questions, answers, torch.arange(len(rows))


class Images(Texts):
    """Rows are images; the result of each is its scores."""

    loss_fn = staticmethod(image_loss)

    def row(self, seed: int) -> Any:
        return torch.randn(1, SIDE, SIDE, generator=torch.Generator().manual_seed(seed))

    def results(self, model: nn.Module, rows: Sequence[Any], *, extra: int = 0, filler: int = 0) -> list[Tensor]:
        return list(model(torch.stack(list(rows))))

    def batch(self, rows: Sequence[Any]) -> Any:
        return torch.stack(list(rows)), torch.arange(len(rows)) % LABELS


class Sentences(Texts):
    """Rows are texts, whose tokens are words that share parts; the result of each is its vector."""

    loss_fn = staticmethod(sentence_loss)

    def results(self, model: nn.Module, rows: Sequence[Any], *, extra: int = 0, filler: int = 0) -> list[Tensor]:
        return list(model.encoder(words(*padded(rows, extra, filler))))

    def batch(self, rows: Sequence[Any]) -> Any:
        texts, half = words(*padded(rows, 0)), len(rows) // 2
        taught = nn.functional.one_hot(torch.arange(len(rows)), 4).float()
        return EncoderBatch(
            [texts], torch.arange(len(rows)), {"use": (torch.arange(len(rows)), taught)}, torch.arange(half)
        )


def words(places: Tensor, lengths: Tensor) -> Words:
    known = torch.arange(VOCABULARY)
    parts = torch.stack([known % 5, known % 3 + 1], dim=1).flatten()
    return Words(known % 7, parts, 2 * known, places, lengths)


class LabelledSentences(Sentences):
    """The same rows; the result of each is its scores."""

    loss_fn = staticmethod(sentence_classification_loss)

    def results(self, model: nn.Module, rows: Sequence[Any], *, extra: int = 0, filler: int = 0) -> list[Tensor]:
        return list(model(words(*padded(rows, extra, filler))))

    def batch(self, rows: Sequence[Any]) -> Any:
        return words(*padded(rows, 0)), torch.arange(len(rows)) % LABELS


def taught_encoder(config: SentenceEncoderConfig) -> nn.Module:
    return TaughtEncoder(SentenceEncoder(config), {"use": 4})


@dataclass(frozen=True)
class Network:
    """A network with a small config, and what it reads."""

    cls: Callable[[Any], nn.Module]
    config: Any
    reads: Texts
    note: str = ""
    no_gradient: frozenset[str] = field(default=frozenset())
    """Beginnings of the names of parameters that no gradient reaches, by their nature."""

    def __str__(self) -> str:
        return f"{self.cls.__name__} {self.note}".strip()

    def build(self, seed: int = 0) -> nn.Module:
        torch.manual_seed(seed)
        return self.cls(self.config)

    def rows(self, count: int = 4) -> list[Any]:
        return [self.reads.row(seed) for seed in range(count)]


SHAPE = {"vocabulary": VOCABULARY, "embedding": 8, "hidden": 12}
IMAGES = {"side": SIDE, "kernel": 3, "labels": LABELS, "filters": (6, 8), "dense": (32, 24)}
DROPS = {"dropout": 0.3, "embedding_dropout": 0.2}

SENTENCES = SentenceEncoderConfig(words=7, parts=5, embedding=8, hidden=12, size=8, **DROPS)
NETWORKS = [
    Network(LanguageModel, LanguageModelConfig(**SHAPE, **DROPS, weight_drop=0.1), Streams()),
    Network(LanguageModel, LanguageModelConfig(**SHAPE, layers=2, tied=True), Streams(), "tied, two layers"),
    Network(LanguageModel, LanguageModelConfig(vocabulary=VOCABULARY, embedding=0, hidden=12), Streams(), "one-hot"),
    Network(TextClassifier, TextClassifierConfig(**SHAPE, **DROPS, labels=LABELS), Texts()),
    Network(TextClassifier, TextClassifierConfig(**SHAPE, **DROPS, labels=LABELS, layers=2), Texts(), "two layers"),
    Network(DualEncoder, DualEncoderConfig(**SHAPE, **DROPS, size=8), Pairs()),
    Network(
        taught_encoder,
        SENTENCES,
        Sentences(),
    ),
    Network(
        SentenceClassifier,
        SentenceClassifierConfig(encoder=SENTENCES, labels=LABELS),
        LabelledSentences(),
    ),
    Network(SoftmaxRegression, SoftmaxRegressionConfig(pixels=SIDE**2, labels=LABELS), Images()),
    Network(LeNet5, LeNet5Config(**IMAGES, dropout=0.2), Images()),
    Network(LeNet5, LeNet5Config(**IMAGES, activation="tanh", pool="average"), Images(), "tanh, average"),
    Network(
        LeNet5, LeNet5Config(**IMAGES, activation="step"), Images(), "step", frozenset({"first", "second", "dense"})
    ),
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`network` stands for each network, `text_network` for each that reads padded texts."""
    texts = [network for network in NETWORKS if not isinstance(network.reads, Images)]
    for name, cases in (("network", NETWORKS), ("text_network", texts)):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, cases, ids=str)


@pytest.fixture
def evaluated() -> Callable[..., list[Tensor]]:
    """Results of some rows in evaluation mode."""

    def results(network: Network, model: nn.Module, rows: Sequence[Any], **options: int) -> list[Tensor]:
        with torch.inference_mode():
            return network.reads.results(model.eval(), rows, **options)

    return results


class OneBatch:
    """An epoch of one batch, so that no state is carried into it."""

    def __init__(self, batch):
        self.batch = batch

    def __len__(self):
        return 1

    def epoch(self, number):
        yield self.batch


@pytest.fixture
def one_batch(network):
    return OneBatch(network.reads.batch(network.rows()))
