"""Urgent cases, which are answered before anything is looked up: money, access or safety being lost right now."""

import re
from functools import cache

from nlpbot.core.catalog import data_folder
from nlpbot.core.config import parse_yaml
from nlpbot.core.text.language import Language
from nlpbot.core.text.normalize import normalize

__all__ = ["urgent_topic"]

MAX_CHARACTERS = 600
"""Read of a message; a cry for help is short."""
ASKS_IN_GENERAL = {
    "en": re.compile(r"^(?:what (?:if|happens)|should i|can i|how (?:can|do) i avoid|is it safe|would)\b"),
    "ko": re.compile(
        r"(?:보내도|눌러도|알려 ?줘도|깔아도|설치해도) (?:되|돼|괜찮)"
        r"|(?:보내|누르|알려 ?주|깔|설치하)면 (?:어떻게|어찌|안)"
        r"|(?:보내|알려|설치하|입금하|이체하)라고|달라고|(?:보냈|했)(?:다며|다고|대요?$)"
    ),
}


def urgent_topic(message: str, language: Language) -> str | None:
    """Return the id of the topic that is to be answered at once, or None."""
    text = normalize(message[:MAX_CHARACTERS]).lower()
    if ASKS_IN_GENERAL[language].search(text):
        return None
    for topic, patterns in _patterns()[language]:
        if any(pattern.search(text) for pattern in patterns):
            return topic
    return None


@cache
def _patterns() -> dict[str, list[tuple[str, list[re.Pattern[str]]]]]:
    raw = parse_yaml((data_folder("chat") / "urgent.yaml").read_text(encoding="utf-8"))
    return {
        language: [(case["topic"], [re.compile(pattern) for pattern in case["patterns"]]) for case in cases]
        for language, cases in raw.items()
    }
