"""An app over engines that answer by simple rules, so that each test says itself what is understood."""

import shutil
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import openai
import pytest
import torch
from flask import Flask
from flask.testing import FlaskClient

from nlpbot.assistant.store import Store
from nlpbot.chat.phrases import Phrases, phrase_files
from nlpbot.chat.predictor import Guess
from nlpbot.chat.service import ChatService, Question
from nlpbot.chat.urgent import UrgentCases, urgent_file
from nlpbot.classify.attribution import Span
from nlpbot.classify.predictor import Prediction
from nlpbot.classify.service import ClassifyService
from nlpbot.core.bundles.values import read_values
from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.core.serving.embeddings import Embeddings, TextEmbedding
from nlpbot.core.serving.engine import Engine
from nlpbot.core.text.tokenizer import CharacterTokenizer
from nlpbot.fraud.predictor import Verdict
from nlpbot.fraud.service import FraudService
from nlpbot.fraud.wording import Wording, wording_files
from nlpbot.lm.predictor import LmPredictor
from nlpbot.lm.service import LmService
from nlpbot.parts import CHAT, CLASSIFY, FRAUD, LM, MAX_BEAMS, RETRIEVAL, VISION, Part
from nlpbot.retrieval.data import Topic
from nlpbot.retrieval.predictor import Found, Hit
from nlpbot.retrieval.service import RetrievalService
from nlpbot.slots import Slot
from nlpbot.vision.predictor import Recognised
from nlpbot.vision.service import VisionService
from server.app import create_app
from server.config import ServerSettings
from server.engines import Engines, Served
from server.wsgi import Serving, bind

TOPICS = (
    Topic("greeting", "Hello", ("hello",), "Hello, good to have you here!", "en", marks=("small_talk", "courtesy")),
    Topic("smishing", "What is smishing?", ("what is smishing",), "Fraud by text message, one word at a time.", "en"),
    Topic("sent_money", "I sent money", ("i sent money",), "Call your bank now.", "en", urgent=True),
    Topic("smishing", "스미싱이란?", ("스미싱이 뭐예요",), "문자로 하는 사기예요.", "ko"),
)


class Rules:
    """Stands in for the models: knows a topic by a word of its title, and fraud by the word pay.

    "explode" fails; while `gate` is closed nothing is answered.
    """

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()

    def chat(self, items: list[Question]) -> list[Guess]:
        self.gate.wait(20)
        return [self._guess(question, language) for question, language in items]

    def fraud(self, messages: list[str]) -> list[Verdict]:
        self.gate.wait(20)
        if "explode" in messages:
            raise RuntimeError("secret detail")
        return [self._verdict(message) for message in messages]

    def explaining(self, message: str) -> Generator[None, None, Verdict]:
        yield
        return self.fraud([message])[0]

    def vision(self, drawings: list) -> list[Recognised]:
        """A drawing is the digit that its brightest pixel has tenths of, from 0 for no ink to 1."""
        digits = [round(10 * float(drawing.max())) for drawing in drawings]
        return [Recognised(digit, tuple(float(k == digit) for k in range(10))) for digit in digits]

    def classify(self, texts: list[str]) -> list[Prediction]:
        """A text is weather where it says rain, else play or other."""
        self.gate.wait(20)
        rainy = {"play": 0.1, "weather": 0.7, "other": 0.2}
        plain = {"play": 0.5, "weather": 0.25, "other": 0.25}
        return [Prediction("weather", 0.7, rainy) if "rain" in t else Prediction("play", 0.5, plain) for t in texts]

    def search(self, questions: list[str]) -> list[Found]:
        """The topics, those of whose titles the question has a word first."""
        return [
            Found(question, tuple(Hit(topic, 1 / (1 + place)) for place, topic in enumerate(guess.topics)))
            for question in questions
            for guess in [self._guess(question, "en")]
        ]

    def encode(self, texts: list[str]) -> list[TextEmbedding]:
        """A text is 0.6, -0.8 and nothing, the other way round where it is a question; a word is a token."""
        return [
            TextEmbedding((-0.8, 0.6, 0.0) if text.endswith("?") else (0.6, -0.8, 0.0), len(text.split()))
            for text in texts
        ]

    def _guess(self, question: str, language: str) -> Guess:
        topics = [topic for topic in TOPICS if topic.language == language]
        fits = [
            t
            for t in topics
            if any(word in t.questions[0] for word in question.lower().strip("?").split() if len(word) > 4)
        ]
        return Guess(question, tuple(fits + [t for t in topics if t not in fits]), 0.9, bool(fits), bool(fits))

    def _verdict(self, message: str) -> Verdict:
        start = message.find("pay")
        return (
            Verdict("honest", 0.02) if start < 0 else Verdict("fraud", 0.97, "parcel", (Span(start, start + 3, 2.0),))
        )


@pytest.fixture(scope="session")
def language_model() -> LmPredictor:
    tokenizer = CharacterTokenizer.train(["a cat sat"])
    torch.manual_seed(0)
    network = LanguageModel(LanguageModelConfig(vocabulary=len(tokenizer.vocabulary), embedding=4, hidden=8))
    return LmPredictor(network, tokenizer, torch.device("cpu"))


@pytest.fixture
def rules() -> Rules:
    return Rules()


@pytest.fixture
def engines(rules: Rules, language_model: LmPredictor) -> Iterator[Engines]:
    engine = Engine(max_waiting=300)
    lm = LmService.on(engine, language_model, beams=MAX_BEAMS)
    phrases, cases = read_values(phrase_files(), Phrases), read_values([urgent_file()], UrgentCases)
    wording, explain = read_values(wording_files(), Wording), engine.add_tasks(rules.explaining)
    services: list[tuple[Part, object]] = [
        (CHAT, ChatService(engine.add_lane(rules.chat), TOPICS, phrases, cases)),
        (LM, lm),
        (FRAUD, FraudService(engine.add_lane(rules.fraud), explain, wording, synthetic=True)),
        (VISION, VisionService(engine.add_lane(rules.vision))),
        (CLASSIFY, ClassifyService(engine.add_lane(rules.classify), ("play", "weather", "other"))),
        (RETRIEVAL, RetrievalService(engine.add_lane(rules.search), Embeddings(engine.add_lane(rules.encode), 3))),
    ]
    engine.start()
    yield Engines(engine, [Served(Slot(part.kind, part, Path("0001")), service) for part, service in services])
    rules.gate.set()
    engine.close()


@pytest.fixture
def settings(tmp_path: Path) -> ServerSettings:
    return ServerSettings(home=tmp_path, max_streams=2)


@pytest.fixture
def app(settings: ServerSettings, engines: Engines, store: Store) -> Flask:
    return create_app(settings, engines, store)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def address(app: Flask, settings: ServerSettings) -> Iterator[str]:
    """Where the app is served as it is for users, by waitress."""
    anywhere = settings.model_copy(update={"port": 0})
    serving = Serving(anywhere, bind(anywhere))
    thread = threading.Thread(target=serving.run, args=(app,))
    thread.start()
    yield serving.address
    serving.stop()
    thread.join()


@pytest.fixture
def library(address: str) -> Iterator[openai.OpenAI]:
    """OpenAI's own client library, which tries nothing twice."""
    with openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as client:
        yield client


@pytest.fixture
def damaged_home(tiny_home: Path, tmp_path: Path) -> Callable[[str], Path]:
    """Return a copy of the tiny home, with one byte flipped in a bundle."""

    def damage(part: str) -> Path:
        home = tmp_path / "damaged"
        shutil.copytree(tiny_home, home)
        largest = max((home / "bundles" / part).rglob("*.safetensors"), key=lambda path: path.stat().st_size)
        content = bytearray(largest.read_bytes())
        content[-1] ^= 1
        largest.write_bytes(content)
        return home

    return damage
