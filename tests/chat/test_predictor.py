"""Questions in, topics with a confidence out; saved and loaded it is the same."""

from collections.abc import Callable
from copy import copy
from pathlib import Path

import numpy as np
import pytest
import torch

from nlpbot.chat.config import ChatSettings
from nlpbot.chat.predictor import ChatPredictor
from nlpbot.chat.train import TrainedChat
from nlpbot.chat.urgent import UrgentCases
from nlpbot.core.bundles.bundle import BundleDraft, open_bundle
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.runs.training_record import TrainingRecord, write_bundle
from nlpbot.core.text.concepts import Concepts
from nlpbot.retrieval.data import Topic

QUESTIONS = ["where does this link lead", "password ideas", "택배가 보류됐대요", "who won the football game", "?"]


@pytest.fixture(scope="module")
def predictor(trained: TrainedChat) -> ChatPredictor:
    return trained.predictor


@pytest.fixture
def bundle(predictor: ChatPredictor, tmp_path: Path) -> Path:
    record = TrainingRecord(ChatSettings(), seed=0, data={}, metrics={}, protocol="", seconds=0.0)
    return write_bundle(BundleDraft.start(tmp_path / "bundle"), predictor, record)


def test_one_by_one_equals_together(predictor: ChatPredictor) -> None:
    together = predictor.predict(QUESTIONS)
    for question, guess in zip(QUESTIONS, together, strict=True):
        (alone,) = predictor.predict([question])
        assert (alone.question, alone.topics) == (guess.question, guess.topics)
        assert alone.confidence == pytest.approx(guess.confidence, abs=1e-4)


def test_answers_are_in_the_language_of_the_question_or_the_one_asked_for(predictor: ChatPredictor) -> None:
    for guess, language in zip(predictor.predict(QUESTIONS[1:3]), ("en", "ko"), strict=True):
        assert {topic.language for topic in guess.topics} == {language}
    assert {topic.language for topic in predictor.predict(["password"], language="ko")[0].topics} == {"ko"}


def test_each_question_of_a_batch_may_have_a_language_of_its_own(predictor: ChatPredictor) -> None:
    questions, languages = [*QUESTIONS, "password", "password"], ("en", "en", "ko", "ko", "en", "ko", "en")
    together = predictor.predict(questions, language=languages)
    for question, language, guess in zip(questions, languages, together, strict=True):
        (alone,) = predictor.predict([question], language=language)
        assert (alone.topics, alone.known, alone.likely) == (guess.topics, guess.known, guess.likely)
        assert alone.confidence == pytest.approx(guess.confidence, abs=1e-4)
    assert {topic.language for topic in together[-2].topics} == {"ko"}
    with pytest.raises(ValueError, match="1 languages for 7 questions"):
        predictor.predict(questions, language=["en"])


def test_only_as_many_topics_as_asked_for_come_back(predictor: ChatPredictor) -> None:
    assert [len(guess.topics) for guess in predictor.predict(QUESTIONS[:1], most=2)] == [2]
    assert predictor.predict([]) == []


def test_its_own_questions_are_known_however_alike_they_are(train: Callable[..., TrainedChat]) -> None:
    rows = [(verb, part) for verb in ("start", "stop", "clean") for part in ("pump", "engine", "oven")]
    topics = [
        Topic(f"q{n}", p, (f"How do I {v} the {p}?",), f"To {v} the {p}, …", "en") for n, (v, p) in enumerate(rows)
    ]
    made = train(topics).predictor
    for topic in topics:
        (guess,) = made.predict([f"  {topic.questions[0].upper()}?"])
        assert (guess.topics[0], guess.known, guess.likely) == (topic, True, True)
    assert not made.predict(["how do I sell the pump?"])[0].known


def test_a_question_under_two_answers_is_not_known_by_itself(train: Callable[..., TrainedChat]) -> None:
    twice = [
        Topic(name, name, ("When are you open?", f"{name} hours"), f"{name}: at nine.", "en") for name in ("a", "b")
    ]
    made = train(twice).predictor
    assert made.predict(["when are you open"])[0].confidence < 1


def test_a_bare_question_is_refused(predictor: ChatPredictor) -> None:
    with pytest.raises(TypeError, match="a list of questions expected"):
        predictor.predict("password ideas")


def test_saved_and_loaded_it_is_the_same(predictor: ChatPredictor, bundle: Path) -> None:
    loaded = ChatPredictor.load(bundle, device="cpu")
    assert loaded.predict(QUESTIONS) == predictor.predict(QUESTIONS)
    np.testing.assert_array_equal(loaded.judge(QUESTIONS)[1], predictor.judge(QUESTIONS)[1])


def test_a_bot_keeps_its_own_phrases_and_urgent_cases(predictor: ChatPredictor, tmp_path: Path) -> None:
    mine = copy(predictor)
    mine.phrases = predictor.phrases.model_copy(update={"unsure": predictor.phrases.unknown})
    mine.urgent_cases = UrgentCases(ko=predictor.urgent_cases.ko[:1])
    record = TrainingRecord(ChatSettings(), seed=0, data={}, metrics={}, protocol="", seconds=0.0)
    loaded = ChatPredictor.load(write_bundle(BundleDraft.start(tmp_path / "mine"), mine, record), device="cpu")
    assert (loaded.phrases, loaded.urgent_cases) == (mine.phrases, mine.urgent_cases)


def test_a_bundle_of_before_has_what_comes_along(predictor: ChatPredictor, bundle: Path) -> None:
    old = open_bundle(bundle, kind="chat")
    kept = {name: digest for name, digest in old.manifest.files.items() if name == "confidence.json"}
    old.manifest = old.manifest.model_copy(update={"files": kept})
    loaded = ChatPredictor.from_bundle(old, torch.device("cpu"))
    assert (loaded.phrases, loaded.urgent_cases) == (predictor.phrases, predictor.urgent_cases)
    assert loaded.predict(QUESTIONS) == predictor.predict(QUESTIONS)


def test_every_file_of_a_bundle_is_guarded(bundle: Path) -> None:
    files = [path for path in bundle.rglob("*") if path.is_file()]
    assert len(files) > 8
    for path in files:
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(BundleError):
            ChatPredictor.load(bundle, device="cpu")
        path.write_bytes(content)
    ChatPredictor.load(bundle, device="cpu")


def test_a_bundle_of_another_kind_is_refused(bundle: Path) -> None:
    with pytest.raises(BundleError, match="a bundle of retrieval; one of chat expected"):
        ChatPredictor.load(bundle / "parts" / "retrieval", device="cpu")


def test_without_concepts_index_and_intents_are_made_anew(
    train: Callable[..., TrainedChat], topics: list[Topic]
) -> None:
    concepts = Concepts({"en": {"secret": ["password", "zebra"]}})
    taught = train(topics, concepts=concepts).predictor
    without = taught.without_parts()["concepts"]
    assert taught.retriever.scores(["zebra"]).any()
    assert not without.retriever.scores(["zebra"]).any()
    assert not np.array_equal(without.judge(["zebra"])[0], taught.judge(["zebra"])[0])
