"""What a user tells of themselves and asks back: pure functions from a message to what is remembered."""

import re
from dataclasses import dataclass
from typing import Literal

from nlpbot.core.text.language import Language
from nlpbot.core.text.normalize import normalize

__all__ = ["Remembering", "understand"]

GREETING = r"^(?:hi|hello|hey)?[,!. ]*"
NAME = r"(?P<name>[\w'-]{2,30})[.!]*$"
KOREAN_GREETING = r"^안녕(?:하세요|하십니까)?[,!. ]+"
KOREAN_NAME = r"(?P<name>[가-힣]{2,5}?)"
CALL_ME = r"(?:이라고|라고) (?:불러\s?줘요?|불러\s?주세요)[.!]*$"
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
        re.compile(
            r"^안녕(?:하세요|하십니까)?[,!. ]+(?:저는|나는|난|전) "
            + KOREAN_NAME
            + r"(?:이에요|예요|입니다|이야|야)[.!]*$"
        ),
        re.compile(r"^" + KOREAN_NAME + CALL_ME),
    ),
}
NO_NAME = re.compile(
    "afraid|alone|angry|anxious|asap|ashamed|back|being|crazy|confused|curious|done|fine|good|here|home|later|lost|new|"
    "nervous|not|now|ok|okay|old|panicking|sad|safe|scared|shocked|sick|sorry|stuck|sure|sweetheart|terrified|today|"
    "tomorrow|tonight|unsure|upset|well|worried|wondering|가짜|경찰|검사|검찰|고객|사기|은행|직원|피싱|피해자",
    re.IGNORECASE,
)
"""What stands where a name could, and is none: feelings, times, and those that callers claim to be."""
ASKS = {
    "en": re.compile(r"\b(?:what(?:'s| is) my name|do you (?:know|remember) my name|who am i)\b(?! \w)", re.IGNORECASE),
    "ko": re.compile(r"(?:제|내) 이름(?:이|은|을)?\s?(?:뭐|무엇|뭔지|기억|알)|내가 누구|제가 누구"),
}
FORGETS_NAME = {
    "en": re.compile(r"\bforget my name\b", re.IGNORECASE),
    "ko": re.compile(r"(?:제|내) 이름(?:은|을)?\s?(?:잊어|지워)"),
}
FORGETS_ME = {
    "en": re.compile(
        r"^(?:please |now |can you |could you )*forget (?:all about )?me(?: please| now)?[.!?]*$", re.IGNORECASE
    ),
    "ko": re.compile(
        r"^(?:이제 )?(?:나를|날|저를|절|나에 대해|저에 대해)(?: 그만| 다| 모두)? 잊어 ?(?:줘요?|주세요|버려)?[.!]*$"
    ),
}
ASKS_LAST = {
    "en": re.compile(r"\bwhat did i (?:just )?(?:ask|say)\b", re.IGNORECASE),
    "ko": re.compile(r"(?:내가|제가) (?:방금|아까) (?:뭐|무슨|무엇)"),
}
ACTS: tuple[tuple[Literal["ask_name", "forget_name", "forget_me", "ask_last"], dict[str, re.Pattern[str]]], ...] = (
    ("forget_name", FORGETS_NAME),
    ("forget_me", FORGETS_ME),
    ("ask_name", ASKS),
    ("ask_last", ASKS_LAST),
)


@dataclass(frozen=True, slots=True)
class Remembering:
    """What a message does to the memory.

    It tells a name, asks for it, has it forgotten, has all that was told forgotten, or asks for the last question.
    """

    act: Literal["tell_name", "ask_name", "forget_name", "forget_me", "ask_last"]
    name: str | None = None


def understand(message: str, language: Language) -> Remembering | None:
    """Return what a message does to the memory, or None where it does nothing."""
    text = normalize(message)
    for act, patterns in ACTS:
        if patterns[language].search(text):
            return Remembering(act)
    for pattern in TELLS[language]:
        if (match := pattern.search(text)) and not NO_NAME.fullmatch(name := match["name"].strip("'-")):
            return Remembering("tell_name", name)
    return None
