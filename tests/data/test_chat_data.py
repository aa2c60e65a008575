"""What the chatbot that comes with nlpbot knows: what the readme promises of it."""

import re
import tomllib
from datetime import date

import pytest

from nlpbot.chat.config import ChatSettings
from nlpbot.chat.data import load_knowledge, read_hotlines
from nlpbot.core.datasets.catalog import data_folder
from nlpbot.core.kernel.config import load_settings
from nlpbot.core.text.splits import near_duplicate_key
from nlpbot.retrieval.data import load_topics

FOLDER = data_folder("chat")
SETTINGS = load_settings(FOLDER / "chat.toml", ChatSettings)
SUBJECTS = ("scams", "safety", "small-talk")


@pytest.fixture(scope="module")
def knowledge():
    return load_knowledge(SETTINGS, FOLDER)


@pytest.fixture(scope="module", params=["en", "ko"])
def topics(request, knowledge):
    return [topic for topic in knowledge.topics if topic.language == request.param]


def test_there_are_sixty_topics_on_scams_and_safety_a_language():
    for language in ("en", "ko"):
        assert sum(len(load_topics(FOLDER / f"{language}-{subject}.yaml")) for subject in ("scams", "safety")) >= 60


@pytest.mark.parametrize("subject", SUBJECTS)
def test_both_languages_have_the_same_topics_with_the_same_urgency(subject):
    english, korean = (
        {topic.id: topic.urgent for topic in load_topics(FOLDER / f"{language}-{subject}.yaml")}
        for language in ("en", "ko")
    )
    assert english == korean


def test_every_topic_is_asked_in_eight_really_different_ways(topics):
    few = {t.id: n for t in topics if (n := len({near_duplicate_key(q) for q in t.questions})) < 8}
    assert few == {}


def test_no_phrasing_comes_twice_in_a_language(topics):
    seen, twice = {}, []
    for topic in topics:
        for question in topic.questions:
            key = near_duplicate_key(question)
            if key in seen:
                twice.append((question, seen[key], topic.id))
            seen[key] = topic.id
    assert twice == []


def test_every_file_is_of_the_language_that_its_name_says(topics):
    [language] = {topic.language for topic in topics}
    files = [FOLDER / f"{language}-{subject}.yaml" for subject in SUBJECTS]
    assert {topic.id for file in files for topic in load_topics(file)} == {topic.id for topic in topics}


def test_every_answer_is_whole_and_has_its_contact_points(topics):
    assert [topic.id for topic in topics if re.search(r"\{\w*\}", topic.answer)] == []
    assert [topic.id for topic in topics if not 20 <= len(topic.answer) <= 1500] == []
    assert [topic.id for topic in topics if topic.answer.rstrip()[-1] not in '.!?)"'] == []


def test_no_answer_calls_anything_safe_for_certain(topics):
    promise = re.compile(r"\b(it|this|that) is (completely|perfectly|definitely|100 ?%) safe\b|100% 안전(합니다|해요)")
    assert [topic.id for topic in topics if promise.search(topic.answer)] == []


def test_what_is_urgent_says_where_to_turn(topics):
    urgent = [topic for topic in topics if topic.urgent]
    assert len(urgent) >= 3
    contacts = [*read_hotlines(FOLDER / "hotlines.toml").numbers[topics[0].language].values()]
    others = r"bank|police|call|contact|은행|경찰|신고|전화|112|118|1332"
    assert [t.id for t in urgent if not (any(c in t.answer for c in contacts) or re.search(others, t.answer))] == []


def test_hotlines_are_still_to_be_trusted():
    """This fails when `check_again` has come: call the numbers, then set both dates anew in data/chat/hotlines.toml."""
    hotlines = tomllib.loads((FOLDER / "hotlines.toml").read_text(encoding="utf-8"))
    assert hotlines["checked"] < hotlines["check_again"]
    assert date.today() < hotlines["check_again"]
    assert set(hotlines["en"]) == set(hotlines["ko"])
    assert hotlines["sources"]


def test_what_is_out_of_scope_is_nothing_that_is_known(knowledge):
    known = {near_duplicate_key(question) for topic in knowledge.topics for question in topic.questions}
    outside = [near_duplicate_key(question) for question in knowledge.out_of_scope]
    assert len(outside) >= 100
    assert not known & set(outside)
    assert len(set(outside)) == len(outside)
