"""What a user tells of themselves and asks back: pure functions from a message to what is remembered."""

import re
from dataclasses import dataclass
from typing import Literal

from nlpbot.core.text.language import Language
from nlpbot.core.text.normalize import normalize

__all__ = ["Remembering", "understand"]

MAX_NAME = 30
TELLS = {
    "en": (
        re.compile(
            r"^(?:hi|hello|hey)?[,!. ]*(?:my name is|my name's|call me|you can call me|i am called) (?P<name>[A-Z]?[\w'-]{1,29})[.!]*$",
            re.I,
        ),
        re.compile(r"^(?:hi|hello|hey)[,!. ]+(?:i am|i'm|this is) (?P<name>[A-Z][\w'-]{1,29})[.!]*$"),
        re.compile(r"^(?:I am|I'm) (?P<name>[A-Z][a-z'-]{1,29})[.!]*$"),
    ),
    "ko": (
        re.compile(
            r"(?:제|내|저의|나의) 이름은 (?P<name>[가-힣A-Za-z]{1,10}?)(?:이에요|예요|입니다|이야|야|라고 해요?|이라고 해요?|이라고 합니다|라고 합니다)?[.!]*$"
        ),
        re.compile(
            r"^(?:저는|나는|난|전) (?P<name>[가-힣]{2,5}?)(?:이라고|라고) (?:해요?|합니다|불러\s?줘요?|불러\s?주세요)[.!]*$"
        ),
        re.compile(r"^(?P<name>[가-힣]{2,5}?)(?:이라고|라고) 불러\s?(?:줘요?|주세요)[.!]*$"),
    ),
}
ASKS = {
    "en": re.compile(r"\b(?:what(?:'s| is) my name|do you (?:know|remember) my name|who am i)\b", re.I),
    "ko": re.compile(r"(?:제|내) 이름(?:이|은|을)?\s?(?:뭐|무엇|뭔지|기억|알)|내가 누구|제가 누구"),
}
FORGETS = {
    "en": re.compile(r"\bforget (?:my name|me)\b", re.I),
    "ko": re.compile(r"(?:제|내) 이름(?:은|을)?\s?(?:잊어|지워)"),
}
ASKS_LAST = {
    "en": re.compile(r"\bwhat did i (?:just )?(?:ask|say)(?: you)?(?: before| earlier)?\b", re.I),
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
        if (match := pattern.search(text)) and len(match["name"]) <= MAX_NAME:
            return Remembering("tell_name", match["name"].strip("'-"))
    if FORGETS[language].search(text):
        return Remembering("forget_name")
    if ASKS[language].search(text):
        return Remembering("ask_name")
    if ASKS_LAST[language].search(text):
        return Remembering("ask_last")
    return None
