"""Cries for help are heard before anything is looked up; questions in general are not cries."""

import re
from pathlib import Path

import pytest

from nlpbot.chat.urgent import UrgentCases, urgent_file, urgent_topic
from nlpbot.core.bundles.values import read_values
from nlpbot.core.datasets.catalog import data_folder
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.text.language import Language
from nlpbot.retrieval.data import load_topics

CASES = read_values([urgent_file()], UrgentCases)


@pytest.mark.parametrize(
    ("message", "language", "topic"),
    [
        ("I just sent money to a scammer!!", "en", "sent_money"),
        ("my grandma wired 3000 dollars to them", "en", "sent_money"),
        ("He threatens to leak my photos", "en", "sextortion"),
        ("I'm being blackmailed", "en", "sextortion"),
        ("I’m being blackmailed", "en", "sextortion"),
        ("i am being extorted", "en", "sextortion"),
        ("I read them the gift card numbers", "en", "sent_gift_card"),
        ("i gave him the verification code", "en", "shared_code"),
        ("someone is controlling my screen", "en", "remote_access"),
        ("돈을 보냈어요 어떡해요", "ko", "sent_money"),
        ("영상을 유포하겠다고 협박해요", "ko", "sextortion"),
        ("인증번호를 알려줬어요", "ko", "shared_code"),
    ],
)
def test_cries_for_help_are_heard(message: str, language: Language, topic: str) -> None:
    assert urgent_topic(message, language, CASES) == topic


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("what happens if I sent money to a scammer?", "en"),
        ("should i pay them", "en"),
        ("how do I report a scam", "en"),
        ("돈을 보내도 되나요?", "ko"),
        ("스미싱이 뭐예요", "ko"),
        ("", "en"),
    ],
)
def test_questions_in_general_are_not_urgent(message: str, language: Language) -> None:
    assert urgent_topic(message, language, CASES) is None


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_urgent_case_has_its_topic_marked_urgent(language: Language) -> None:
    topics = {t.id: t for path in data_folder("chat").glob(f"{language}-*.yaml") for t in load_topics(path)}
    assert all(topics[case.topic].urgent for case in CASES.of(language))
    patterns = [pattern.pattern for case in CASES.of(language) for pattern in case.patterns]
    assert all(pattern.isprintable() for pattern in patterns)  # "\b" in double quotes in YAML is a backspace


def test_json_gives_the_same_cases_back() -> None:
    assert UrgentCases.model_validate_json(CASES.model_dump_json()) == CASES


def test_cases_are_one_s_own_and_the_first_that_fits_decides(tmp_path: Path) -> None:
    text = "en: [{topic: fire, patterns: [burning, smoke]}, {topic: leak, patterns: ['smoke|leak']}]\n"
    (tmp_path / "mine.yaml").write_text(text)
    mine = read_values([tmp_path / "mine.yaml"], UrgentCases)
    found = [urgent_topic(message, "en", mine) for message in ("Smoke and a leak!", "a LEAK", "i sent money")]
    assert found == ["fire", "leak", None]
    assert urgent_topic("돈을 보냈어요", "ko", mine) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("en: [{topic: a, patterns: ['(']}]", r"mine\.yaml: en\.0\.patterns\.0: not a regular expression"),
        ("en: [{topic: a, patterns: []}]", r"mine\.yaml: en\.0\.patterns: "),
        ("ko: [{patterns: [a]}]", r"mine\.yaml: ko\.0\.topic: Field required"),
        ("fr: []", r"mine\.yaml: fr: .*known: en, ko"),
        (f"en: [{{topic: a, patterns: {['a'] * 51}}}]", r"at most 50 items"),
        (f"en: {[{'topic': 'a', 'patterns': ['a']}] * 101}", r"at most 100 items"),
    ],
)
def test_wrong_cases_are_refused_by_their_key(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "mine.yaml").write_text(text)
    with pytest.raises(ConfigError, match=says):
        read_values([tmp_path / "mine.yaml"], UrgentCases)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["sent ", "i ", "photo ", "돈을 ", "a", "협박 사진 "])
def test_no_message_makes_the_patterns_explode(piece: str) -> None:
    for language in ("en", "ko"):
        urgent_topic(piece * 4000, language, CASES)
    assert re.fullmatch("[a-z_]*", urgent_topic(piece * 4000, "en", CASES) or "")
