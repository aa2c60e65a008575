"""What retrieval and intents think of some questions, a row each."""

import numpy as np
import pytest

from nlpbot.chat.intents import Intents
from nlpbot.chat.opinions import Opinions
from nlpbot.core.text.concepts import Concepts
from nlpbot.retrieval.data import Topic
from nlpbot.retrieval.index import SparseIndex
from nlpbot.retrieval.predictor import RetrievalPredictor

QUESTIONS = ["password ideas", "비밀번호 추천", "zzz"]


@pytest.fixture(scope="module")
def opinions(topics: list[Topic]) -> Opinions:
    retriever = RetrievalPredictor(topics, SparseIndex.build(topics, Concepts()))
    return Opinions.of(retriever, Intents.fit(topics, Concepts(), seed=0), QUESTIONS)


def test_each_question_is_judged_among_the_topics_of_its_language(opinions: Opinions, topics: list[Topic]) -> None:
    korean = np.array([topic.language == "ko" for topic in topics])
    assert opinions.languages == ["en", "ko", "en"]
    np.testing.assert_array_equal(opinions.fits, [~korean, korean, ~korean])
    assert [topics[best].id for best in opinions.found[:2].argmax(axis=1)] == ["strong_password"] * 2
    assert not opinions.intents[~opinions.fits].any()


def test_words_known_and_length_come_along(opinions: Opinions) -> None:
    assert opinions.known[2] == 0 < opinions.known[0]
    np.testing.assert_allclose(opinions.length, np.log1p([14, 7, 3]))


def test_a_question_is_read_with_its_concepts_once(topics: list[Topic], monkeypatch: pytest.MonkeyPatch) -> None:
    retriever = RetrievalPredictor(topics, SparseIndex.build(topics, Concepts()))
    intents, read = Intents.fit(topics, Concepts(), seed=0), list[str]()
    monkeypatch.setattr(Concepts, "expand", lambda _, text, pairs: read.append(text) or text)
    Opinions.of(retriever, intents, QUESTIONS)
    assert read == QUESTIONS


def test_a_temperature_keeps_order_and_sum_and_leaves_other_languages_at_nothing(opinions: Opinions) -> None:
    sharp = opinions.with_temperature({"en": 3.0})
    assert (sharp.intents.argmax(axis=1) == opinions.intents.argmax(axis=1)).all()
    np.testing.assert_allclose(sharp.intents.sum(axis=1), 1)
    assert sharp.intents[0].max() > opinions.intents[0].max()
    np.testing.assert_allclose(sharp.intents[1], opinions.intents[1])  # no temperature known of Korean
    assert not sharp.intents[~sharp.fits].any()


def test_some_questions_are_picked_out(opinions: Opinions) -> None:
    picked = opinions.at(np.array([False, True, True]))
    assert picked.languages == ["ko", "en"]
    np.testing.assert_array_equal(picked.found, opinions.found[1:])
    np.testing.assert_array_equal(picked.known, opinions.known[1:])
