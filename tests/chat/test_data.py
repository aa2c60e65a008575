"""Topics, contact points and questions out of scope, from files."""

from datetime import date
from pathlib import Path

import pytest

from nlpbot.chat.config import ChatSettings
from nlpbot.chat.data import Hotlines, load_knowledge, read_hotlines
from nlpbot.core.datasets.catalog import data_folder
from nlpbot.core.kernel.config import load_settings
from nlpbot.core.kernel.errors import DataError

TINY = Path(__file__).parents[1] / "tiny"
PATHS = {"en.yaml", "ko.yaml", "out-of-scope.txt", "hotlines.toml", "phrases.yaml", "urgent.yaml"}
TOPIC = "- {id: links, questions: [what, how, why], answer: Look at it.}\n"


def test_knowledge_holds_topics_with_contact_points_filled_in() -> None:
    knowledge = load_knowledge(load_settings(TINY / "chat.toml", ChatSettings), TINY)
    answers = {(topic.language, topic.id): topic.answer for topic in knowledge.topics}
    assert answers["en", "courier_text"].endswith("Ask the police (911) if in doubt.")
    assert "경찰청 112에" in answers["ko", "courier_text"]
    assert "who won the football game" in knowledge.out_of_scope
    assert {path.name for path in knowledge.paths} == PATHS


def test_the_default_knowledge_leaves_no_placeholder() -> None:
    folder = data_folder("chat")
    knowledge = load_knowledge(load_settings(folder / "chat.toml", ChatSettings), folder)
    assert not [topic.id for topic in knowledge.topics if "{" in topic.answer or "}" in topic.answer]


def test_contact_points_are_not_past_their_date() -> None:
    assert read_hotlines(data_folder("chat") / "hotlines.toml").check_again > date.today(), "check the numbers again"


def test_braces_that_are_no_placeholder_stay() -> None:
    hotlines = Hotlines(date(2030, 1, 1), {"en": {"police": "112"}})
    assert hotlines.fill("Call {police}, not {him}.", "en") == "Call 112, not {him}."
    assert hotlines.fill("Call {police}.", "ko") == "Call {police}."


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("checked = 1", "check_again: a date such as 2030-01-31 expected"),
        ("check_again = 3", "check_again: a date such as 2030-01-31 expected"),
        ("check_again = ", "can't be read"),
        ("check_again = 2030-01-31\n[en]\npolice = 112\n", r"en\.police: 112; a text in quotes expected"),
    ],
)
def test_a_wrong_file_of_contact_points_is_refused(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "hotlines.toml").write_text(text)
    with pytest.raises(DataError, match=rf"hotlines\.toml: {says}"):
        read_hotlines(tmp_path / "hotlines.toml")


def test_a_topic_that_comes_twice_is_refused(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("- {id: links, questions: [what, how, why], answer: Look at it.}\n")
    with pytest.raises(DataError, match="'links'"):
        load_knowledge(ChatSettings(topics=("a.yaml", "b.yaml")), tmp_path)


def test_phrases_and_urgent_cases_may_be_one_s_own(tmp_path: Path) -> None:
    (tmp_path / "topics.yaml").write_text(TOPIC)
    (tmp_path / "phrases.yaml").write_text("unknown_bare: {en: No idea!}\n")
    (tmp_path / "urgent.yaml").write_text("en: [{topic: links, patterns: [clicked]}]\n")
    settings = ChatSettings(topics=("topics.yaml",), phrases="phrases.yaml", urgent="urgent.yaml")
    knowledge = load_knowledge(settings, tmp_path)
    assert knowledge.phrases.unknown_bare.text("en") == "No idea!"
    assert [case.topic for case in knowledge.urgent_cases.en] == ["links"]
    assert knowledge.urgent_cases.ko == ()
    own = [path for path in knowledge.paths if path.parent == tmp_path]
    assert [path.name for path in own] == ["topics.yaml", "phrases.yaml", "urgent.yaml"]


def test_an_urgent_case_that_no_topic_answers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "topics.yaml").write_text(TOPIC)
    (tmp_path / "urgent.yaml").write_text("ko: [{topic: links, patterns: [clicked]}]\n")
    with pytest.raises(DataError, match=r"urgent\.yaml: ko: no topic 'links' .*; the id of a topic of that language"):
        load_knowledge(ChatSettings(topics=("topics.yaml",), urgent="urgent.yaml"), tmp_path)
