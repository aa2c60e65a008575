"""Cries for help are heard before anything is looked up; questions in general are not cries."""

import re

import pytest
import yaml

from nlpbot.chat.urgent import urgent_topic
from nlpbot.core.catalog import data_folder
from nlpbot.core.text.language import Language
from nlpbot.retrieval.data import load_topics


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
    assert urgent_topic(message, language) == topic


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
    assert urgent_topic(message, language) is None


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_urgent_case_has_its_topic_marked_urgent(language: str) -> None:
    cases = yaml.safe_load((data_folder("chat") / "urgent.yaml").read_text(encoding="utf-8"))[language]
    topics = {t.id: t for path in data_folder("chat").glob(f"{language}-*.yaml") for t in load_topics(path)}
    assert all(topics[case["topic"]].urgent for case in cases)
    assert all(pattern.isprintable() for case in cases for pattern in case["patterns"])  # "\b" in YAML is a backspace


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["sent ", "i ", "photo ", "돈을 ", "a", "협박 사진 "])
def test_no_message_makes_the_patterns_explode(piece: str) -> None:
    for language in ("en", "ko"):
        urgent_topic(piece * 4000, language)
    assert re.fullmatch("[a-z_]*", urgent_topic(piece * 4000, "en") or "")
