import json
from pathlib import Path

import numpy as np
import pytest
import torch

from nlpbot.core.kernel.config import load_settings
from nlpbot.core.text.word_vectors import WordVectors
from nlpbot.sentences.config import SentencesSettings
from nlpbot.sentences.data import load_questions
from nlpbot.sentences.lessons import Lessons, Taught
from nlpbot.sentences.train import train_encoder

TINY = Path(__file__).parents[1] / "tiny"


def some_vectors(words):
    matrix = np.random.default_rng(0).normal(size=(len(words), 8)).astype(np.float32)
    return WordVectors(words, matrix, list(range(len(words), 0, -1)))


@pytest.fixture(scope="session")
def paraphrases():
    return TINY / "paraphrases"


@pytest.fixture(scope="session")
def questions(paraphrases):
    return load_questions(paraphrases)


@pytest.fixture(scope="session")
def vectors():
    english = some_vectors(
        ["when", "do", "you", "open", "where", "is", "my", "parcel", "can", "i", "keep", "a", "book", "late"]
    )
    return [english, some_vectors(["시", "택배", "언제", "어디", "회원증"])]


@pytest.fixture(scope="session")
def settings():
    return load_settings(TINY / "sentences.toml", SentencesSettings)


@pytest.fixture(scope="session")
def lessons(questions):
    wordings = [text for each in questions for text in (each.answer, *each.wordings.values())]
    return Lessons(Taught([], {}), questions, Taught(wordings, {}))


@pytest.fixture(scope="session")
def trained(lessons, vectors, settings):
    return train_encoder(lessons, [], vectors, settings, torch.device("cpu"))


@pytest.fixture(scope="session")
def encoder(trained):
    return trained.predictor.encoder


@pytest.fixture(scope="session")
def bundle(tmp_path_factory, nlpbot):
    """The bundle that a settings file makes, and what training printed."""
    out = tmp_path_factory.mktemp("encoder") / "out"
    result = nlpbot("sentences", "train", TINY / "sentences.toml", "--out", out, "--json", "--device", "cpu")
    assert result.exit_code == 0, result.stderr
    return out, json.loads(result.stdout)
