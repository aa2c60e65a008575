"""Urgent cases, which are answered before anything is looked up: money, access or safety being lost right now.

They are values from a file, which the bundle of a bot keeps.
"""

import re
from pathlib import Path

from pydantic import Field

from nlpbot.chat.urgent_pattern import UrgentPattern
from nlpbot.core.datasets.catalog import data_folder
from nlpbot.core.kernel.config import Settings
from nlpbot.core.text.language import Language
from nlpbot.core.text.normalize import normalize

__all__ = ["UrgentCase", "UrgentCases", "urgent_file", "urgent_topic"]

MAX_CHARACTERS = 600
"""Read of a message; a cry for help is short."""
MAX_CASES = 100
MAX_PATTERNS = 50
ASKS_IN_GENERAL = {
    "en": re.compile(r"^(?:what (?:if|happens)|should i|can i|how (?:can|do) i avoid|is it safe|would)\b"),
    "ko": re.compile(
        r"(?:보내도|눌러도|알려 ?줘도|깔아도|설치해도) (?:되|돼|괜찮)"
        r"|(?:보내|누르|알려 ?주|깔|설치하)면 (?:어떻게|어찌|안)"
        r"|(?:보내|알려|설치하|입금하|이체하)라고|달라고|(?:보냈|했)(?:다며|다고|대요?$)"
    ),
}


class UrgentCase(Settings):
    """Messages that are answered at once."""

    topic: str = Field(min_length=1)
    """Id of the topic that answers them."""
    patterns: tuple[UrgentPattern, ...] = Field(min_length=1, max_length=MAX_PATTERNS)
    """Regular expressions, lower case; a message in which one is found is such a message."""


class UrgentCases(Settings):
    """The urgent cases of each language; the first one that fits decides."""

    en: tuple[UrgentCase, ...] = Field((), max_length=MAX_CASES)
    """Of messages in English."""
    ko: tuple[UrgentCase, ...] = Field((), max_length=MAX_CASES)
    """Of messages in Korean."""

    def of(self, language: Language) -> tuple[UrgentCase, ...]:
        """Return those of a language."""
        return self.ko if language == "ko" else self.en


def urgent_file() -> Path:
    """Return the file of the urgent cases that come along."""
    return data_folder("chat") / "urgent.yaml"


def urgent_topic(message: str, language: Language, cases: UrgentCases) -> str | None:
    """Return the id of the topic that is to be answered at once, or None."""
    text = normalize(message[:MAX_CHARACTERS]).lower()
    if ASKS_IN_GENERAL[language].search(text):
        return None
    for case in cases.of(language):
        if any(pattern.search(text) for pattern in case.patterns):
            return case.topic
    return None
