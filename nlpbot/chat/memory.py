"""What a user tells of themselves and asks back: pure functions from a message to what is remembered."""

import re
from dataclasses import dataclass
from typing import Literal

from nlpbot.core.text.language import Language
from nlpbot.core.text.normalize import normalize

__all__ = ["Remembering", "understand"]

GREETING = r"^(?:hi|hello|hey)?[,!. ]*"
NAME = r"(?P<name>[\w'-]{2,30})[.!]*$"
KOREAN_NAME = r"(?P<name>[가-힣]{2,5}?)"
CALLED = r"(?:이라고|라고) (?:해요?|합니다|불러\s?줘요?|불러\s?주세요)[.!]*$"
ENDINGS = r"(?:이에요|예요|입니다|이야|야|(?:이)?라고 (?:해요?|합니다))?[.!]*$"
TELLS = {
    "en": (
        re.compile(GREETING + r"(?:my name is|my name's|call me|you can call me|i am called) " + NAME, re.IGNORECASE),
        re.compile(r"^(?:[Hh]i|[Hh]ello|[Hh]ey)[,!. ]+(?:I am|I'm|i am|i'm|this is) (?=[A-Z])" + NAME),
        re.compile(r"^I(?: am|'m) (?=[A-Z][a-z])" + NAME),
    ),
    "ko": (
        re.compile(r"(?:제|내|저의|나의) 이름은 (?P<name>[가-힣A-Za-z]{1,10}?)" + ENDINGS),
        re.compile(r"^(?:저는|나는|난|전) " + KOREAN_NAME + CALLED),
        re.compile(r"^" + KOREAN_NAME + CALLED),
    ),
}
ASKS = {
    "en": re.compile(r"\b(?:what(?:'s| is) my name|do you (?:know|remember) my name|who am i)\b", re.IGNORECASE),
    "ko": re.compile(r"(?:제|내) 이름(?:이|은|을)?\s?(?:뭐|무엇|뭔지|기억|알)|내가 누구|제가 누구"),
}
FORGETS = {
    "en": re.compile(r"\bforget (?:my name|me)\b", re.IGNORECASE),
    "ko": re.compile(r"(?:제|내) 이름(?:은|을)?\s?(?:잊어|지워)"),
}
ASKS_LAST = {
    "en": re.compile(r"\bwhat did i (?:just )?(?:ask|say)\b", re.IGNORECASE),
    "ko": re.compile(r"(?:내가|제가) (?:방금|아까) (?:뭐|무슨|무엇)"),
}


@dataclass(frozen=True, slots=True)
class Remembering:
    """What a message does to the memory: tells a name, asks for it, has it forgotten, or asks for the last question."""

    act: Literal["tell_name", "ask_name", "forget_name", "ask_last"]
    name: str | None = None


def understand(message: str, language: Language) -> Remembering | None:
    """Return what a message does to the memory, or None where it does nothing."""
    text = normalize(message)
    for pattern in TELLS[language]:
        if match := pattern.search(text):
            return Remembering("tell_name", match["name"].strip("'-"))
    if FORGETS[language].search(text):
        return Remembering("forget_name")
    if ASKS[language].search(text):
        return Remembering("ask_name")
    if ASKS_LAST[language].search(text):
        return Remembering("ask_last")
    return None
