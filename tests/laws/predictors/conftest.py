"""All predictors, as the laws see them: tiny ones, trained in memory once. A new one is one more line in PREDICTORS."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from nlpbot.chat.config import ChatSettings
from nlpbot.chat.data import load_knowledge
from nlpbot.chat.predictor import ChatPredictor
from nlpbot.chat.train import train_chat
from nlpbot.classify.config import ClassifySettings, LstmSettings
from nlpbot.classify.data import Labelled
from nlpbot.classify.predictor import ClassifyPredictor
from nlpbot.classify.train import train_classifier
from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.predictor import Predictor
from nlpbot.core.bundles.values import read_values
from nlpbot.core.kernel.config import Settings, load_settings
from nlpbot.core.nn import LanguageModel, LanguageModelConfig, LeNet5Shape, TextClassifierShape
from nlpbot.core.runs.training_record import TrainingRecord, write_bundle
from nlpbot.core.text.concepts import Concepts
from nlpbot.core.text.labelled import Example
from nlpbot.core.text.tokenizer import CharacterTokenizer
from nlpbot.core.text.word2vec_settings import Word2VecSettings
from nlpbot.core.training import TrainSettings
from nlpbot.fraud.config import FraudSettings
from nlpbot.fraud.predictor import FraudPredictor
from nlpbot.fraud.train import train_fraud
from nlpbot.fraud.wording import Wording, wording_files
from nlpbot.generation import Sampling
from nlpbot.lm.predictor import GenerateRequest, LmPredictor
from nlpbot.retrieval.config import choose_settings
from nlpbot.retrieval.encoder import Encoder
from nlpbot.retrieval.index import DenseIndex
from nlpbot.retrieval.predictor import RetrievalPredictor
from nlpbot.sentences.config import SentencesSettings
from nlpbot.sentences.data import load_questions
from nlpbot.sentences.lessons import Lessons, Taught
from nlpbot.sentences.predictor import SentencesPredictor
from nlpbot.sentences.train import train_encoder
from nlpbot.vectors.predictor import VectorsPredictor
from nlpbot.vectors.train import train_vectors
from nlpbot.vision.config import VisionSettings
from nlpbot.vision.data import load_images
from nlpbot.vision.predictor import VisionPredictor
from nlpbot.vision.train import train_vision

TINY = Path(__file__).parents[2] / "tiny"
CPU = torch.device("cpu")
STACKED = ClassifySettings(
    model="stacked",
    folds=2,
    lstm=LstmSettings(
        network=TextClassifierShape(hidden=8), min_count=1, word2vec=Word2VecSettings(dim=8, min_count=1, epochs=1)
    ),
    train=TrainSettings(epochs=2, batch_size=8),
)
MESSAGES = [
    "Ann: parcel held, pay the fee at pay7.example",
    "dinner tonight?",
    "택배가 보류되었습니다. 수수료를 내세요",
    "Reminder: dentist appointment at kind 4, see you then, and " + "please bring the form along " * 12,
    "account locked, verify now",
    "!",
]
FRAUDS = {
    "parcel": "{}: parcel held, pay the fee now",
    "account": "Dear {}, account locked, verify now",
    "family": "{} here, mum my phone broke, send money to this number",
}
HONEST = ["{} here, dinner tonight?", "Reminder for {}: dentist appointment tomorrow", "thanks {}, see you then"]
NAMES = ["Ann", "Bob", "Cid", "Dot", "Eve", "Fay"]
EXAMPLES = [
    *(Example(text.format(name), "fraud", kind=kind) for name in NAMES for kind, text in FRAUDS.items()),
    *(Example(text.format(name), "honest") for name in NAMES for text in HONEST),
]
QUESTIONS = [
    "is this parcel text real?",
    "비밀번호 추천해 줘",
    "i sent money",
    "what is the tallest tree",
    "hello " * 30,
]


@cache
def language_model() -> LmPredictor:
    torch.manual_seed(0)
    tokenizer = CharacterTokenizer.train(["once upon a time there was a bot"])
    config = LanguageModelConfig(vocabulary=len(tokenizer.vocabulary), embedding=8, hidden=16)
    return LmPredictor(LanguageModel(config), tokenizer, CPU)


@cache
def classifier() -> ClassifyPredictor:
    return train_classifier(Labelled.of(EXAMPLES), STACKED, CPU).predictor


@cache
def fraud() -> FraudPredictor:
    wording = read_values(wording_files(), Wording)
    return train_fraud(EXAMPLES, FraudSettings(synthetic=True, classify=STACKED), CPU, wording=wording).predictor


@cache
def chat() -> ChatPredictor:
    settings = load_settings(TINY / "chat.toml", ChatSettings)
    knowledge = load_knowledge(settings, TINY)
    concepts = Concepts({"en": {"money": ["money", "fee"]}, "ko": {"money": ["송금", "돈"]}})
    return train_chat(replace(knowledge, concepts=concepts), settings, CPU).predictor


@cache
def retrieval() -> RetrievalPredictor:
    settings, topics = choose_settings(50), chat().topics
    encoder = Encoder.fit(topics, settings, CPU, concepts=chat().retriever.concepts)
    dense = DenseIndex.build(topics, encoder)
    return RetrievalPredictor(topics, chat().retriever.sparse, dense, weight=0.5, concepts=encoder.concepts)


@cache
def vision() -> VisionPredictor:
    settings = VisionSettings(
        model="lenet5",
        network=LeNet5Shape(kernel=3, filters=(2, 4)),
        neighbours=False,
        train=TrainSettings(steps=60, learning_rate=0.01),
    )
    return train_vision(load_images(settings, TINY), settings, CPU).predictor


@cache
def vectors() -> VectorsPredictor:
    settings = Word2VecSettings(dim=8, min_count=1, epochs=1)
    return VectorsPredictor(train_vectors([TINY / "small.txt"], settings).predictor.vectors)


@cache
def sentences() -> SentencesPredictor:
    settings, questions = (
        load_settings(TINY / "sentences.toml", SentencesSettings),
        load_questions(TINY / "paraphrases"),
    )
    wordings = [text for each in questions for text in each.wordings.values()]
    wordings += [each.answer for each in questions]
    return train_encoder(Lessons(Taught([], {}), questions, Taught(wordings, {})), [], [], settings, CPU).predictor


def drawings() -> list[Any]:
    pages = [np.zeros(shape, dtype=np.float32) for shape in ((8, 8), (60, 40), (30, 30), (9, 12))]
    pages[0][1:7, 4] = 1  # a bar
    pages[1][10:50, 5:35] = 1  # a ring
    pages[1][16:44, 12:28] = 0
    pages[2][5, 5:25] = pages[2][5:25, 20] = 1  # a corner
    return pages  # and nothing at all


def prompts() -> list[Any]:
    chosen = [Sampling(temperature=0, max_tokens=12), Sampling(seed=3, max_tokens=20), Sampling(top_k=3, max_tokens=5)]
    return [GenerateRequest(text, how) for text, how in zip(["once", "", "a bot and a much longer prompt"], chosen)]


@dataclass(frozen=True)
class Case:
    """A predictor, and some inputs."""

    kind: str
    trained: Callable[[], Any]
    inputs: Callable[[], list[Any]]

    def __str__(self) -> str:
        return self.kind

    def write(self, predictor: Predictor, out: Path) -> Path:
        record = TrainingRecord(Settings(), seed=0, data={}, metrics={}, protocol="", seconds=0.0)
        return write_bundle(BundleDraft.start(out), predictor, record)

    def predict(self, inputs: list[Any]) -> list[Any]:
        return plain(self.trained().predict(inputs))


PREDICTORS = [
    Case("lm", language_model, prompts),
    Case("classify", classifier, lambda: MESSAGES),
    Case("retrieval", retrieval, lambda: QUESTIONS),
    Case("fraud", fraud, lambda: MESSAGES),
    Case("chat", chat, lambda: QUESTIONS),
    Case("vision", vision, drawings),
    Case("sentences", sentences, lambda: QUESTIONS),
    Case("vectors", vectors, lambda: ["the", "cat"]),
]


def plain(value: Any) -> Any:
    """An output as tables, lists, texts and numbers."""
    if is_dataclass(value):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, (list, tuple)) else value


@pytest.fixture
def nearly() -> Callable[[Any], Any]:
    """A plain output that equals another whose numbers differ by at most 1e-4."""

    def loosened(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: loosened(part) for key, part in value.items()}
        if isinstance(value, list):
            return [loosened(part) for part in value]
        return pytest.approx(value, abs=1e-4) if isinstance(value, float) else value

    return loosened


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`case` stands for each predictor, `text_case` for each that reads texts."""
    texts = [case for case in PREDICTORS if isinstance(case.inputs()[0], str)]
    for name, cases in (("case", PREDICTORS), ("text_case", texts)):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, cases, ids=str)
