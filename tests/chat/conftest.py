"""A chatbot trained in a second, for the tests of this kind."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from nlpbot.chat.config import ChatSettings
from nlpbot.chat.data import Knowledge
from nlpbot.chat.phrases import Phrases, phrase_files
from nlpbot.chat.train import TrainedChat, train_chat
from nlpbot.chat.urgent import UrgentCases, urgent_file
from nlpbot.core.bundles.values import read_values
from nlpbot.core.nn import DualEncoderShape
from nlpbot.core.text.concepts import Concepts
from nlpbot.core.text.word2vec_settings import Word2VecSettings
from nlpbot.core.training.config import TrainSettings
from nlpbot.retrieval.config import RetrievalSettings
from nlpbot.retrieval.data import Topic, load_topics

TINY = Path(__file__).parents[1] / "tiny"
RETRIEVAL = RetrievalSettings(
    network=DualEncoderShape(hidden=8, size=8),
    word2vec=Word2VecSettings(dim=8, epochs=1, min_count=1),
    train=TrainSettings(epochs=2, batch_size=16),
)


@pytest.fixture(scope="session")
def topics() -> list[Topic]:
    return [topic for language in ("en", "ko") for topic in load_topics(TINY / f"{language}.yaml")]


@pytest.fixture(scope="session")
def outside() -> tuple[str, ...]:
    return tuple((TINY / "out-of-scope.txt").read_text(encoding="utf-8").splitlines())


@pytest.fixture(scope="session")
def train() -> Callable[..., TrainedChat]:
    def trained(
        topics: list[Topic], outside: tuple[str, ...] = (), *, seed: int = 0, concepts: Concepts | None = None
    ) -> TrainedChat:
        phrases, cases = read_values(phrase_files(), Phrases), read_values([urgent_file()], UrgentCases)
        knowledge = Knowledge(tuple(topics), outside, concepts or Concepts(), phrases, cases, ())
        return train_chat(knowledge, ChatSettings(retrieval=RETRIEVAL, seed=seed), torch.device("cpu"))

    return trained


@pytest.fixture(scope="session")
def trained(train: Callable[..., TrainedChat], topics: list[Topic], outside: tuple[str, ...]) -> TrainedChat:
    return train(topics, outside)
