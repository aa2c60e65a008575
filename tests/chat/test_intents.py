"""Which topic a question is about, each language by itself."""

import numpy as np
import pytest

from nlpbot.chat.intents import Intents
from nlpbot.core.text.concepts import Concepts
from nlpbot.retrieval.data import Topic


@pytest.fixture(scope="module")
def intents(topics: list[Topic]) -> Intents:
    return Intents.fit(topics, Concepts(), seed=0)


def test_a_question_belongs_to_topics_of_its_language_alone(intents: Intents, topics: list[Topic]) -> None:
    found = intents.probabilities(["password ideas", "비밀번호 추천"], ["en", "ko"], topics)
    korean = np.array([topic.language == "ko" for topic in topics])
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
    assert found[0, korean].sum() == found[1, ~korean].sum() == 0
    assert [topics[best].id for best in found.argmax(axis=1)] == ["strong_password"] * 2


def test_a_topic_that_it_never_saw_has_no_chance(intents: Intents, topics: list[Topic]) -> None:
    stranger = Topic("new", "New", ("new",), "New.", "en")
    assert intents.probabilities(["password ideas"], ["en"], [*topics, stranger])[0, -1] == 0


def test_training_adds_concepts_and_asking_adds_none(topics: list[Topic], monkeypatch: pytest.MonkeyPatch) -> None:
    intents = Intents.fit(topics, Concepts({"en": {"secret": ["password"]}}), seed=0)
    monkeypatch.setattr(Concepts, "expand", None)
    plain, tagged = intents.probabilities(["zebra", "zebra <about_secret>"], ["en", "en"], topics)
    assert topics[int(tagged.argmax())].id == "strong_password"
    assert tagged.max() > plain.max()
