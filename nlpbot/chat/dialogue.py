"""The dialogue policy: a state and what was understood in, a reply and the next state out. Pure.

In this order: what is urgent, what was pasted, what concerns the memory, a question about a message that is not there,
what is known, what is known in the light of the question before, and an honest "I don't know" with the nearest topics.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from nlpbot.chat.memory import Remembering
from nlpbot.chat.predictor import Guess
from nlpbot.chat.state import ChatState, Choice, Reply
from nlpbot.core.catalog import data_folder
from nlpbot.core.config import parse_yaml
from nlpbot.core.text.language import Language
from nlpbot.retrieval.data import Topic

__all__ = ["SMALL_TALK", "Understanding", "follows_up", "reply"]

# fmt: off
SMALL_TALK = frozenset((
    "greeting", "goodbye", "thanks", "how_are_you", "joke", "praise", "insult", "bored", "sorry", "yes_ok",
    "good_night", "your_name", "your_age",
))
COURTESIES = frozenset(("greeting", "goodbye", "thanks", "good_night", "praise"))
GREETED_BY_NAME = COURTESIES - {"praise"}
SHORT_WORDS = 7
POINTS_BACK = {
    "en": frozenset((
        "it", "that", "this", "they", "them", "those", "he", "she", "him", "her", "then", "there", "one", "ones",
        "same", "instead", "else", "also", "too", "and",
    )),
    "ko": frozenset((
        "그거", "그건", "그게", "그럼", "그러면", "그다음", "그", "이거", "이건", "이게", "거기", "그래서", "그리고",
        "또", "다음엔", "다음은",
    )),
}
# fmt: on
CHOICES = 3


@dataclass(frozen=True, slots=True)
class Understanding:
    """What is made of a message, before it is decided what to say.

    Attributes:
        message: as it was written.
        language: to answer in.
        urgent: the topic to be answered at once, or None.
        judged: what is thought of a pasted message, in words, with its verdict; or None.
        remembering: what it does to the memory, or None.
        asks_to_judge: whether it only asks what a message is, holds none, and no question came before.
        guess: the topics that may answer it.
        guess_in_context: the same for the message together with the question before; None where it stands alone.
    """

    message: str
    language: Language
    urgent: Topic | None
    judged: tuple[str, str] | None
    remembering: Remembering | None
    guess: Guess | None
    guess_in_context: Guess | None = None
    asks_to_judge: bool = False


def follows_up(message: str, state: ChatState) -> bool:
    """Return whether a message is to be read together with the question before: short, and pointing back."""
    words = message.lower().replace("?", " ").replace(",", " ").split()
    return state.question is not None and len(words) <= SHORT_WORDS and bool(POINTS_BACK[state.language] & set(words))


def reply(state: ChatState, heard: Understanding) -> tuple[Reply, ChatState]:
    """Return what to say, and the state after it."""
    now = state.after(language=heard.language)
    if heard.urgent is not None:
        urgent = heard.urgent
        return _said(urgent.answer, "urgent", heard), _remember(now, heard, urgent)
    if heard.judged is not None:
        summary, verdict = heard.judged
        return _said(summary, "judgement", heard), _with(now, verdict=verdict)
    if heard.remembering is not None:
        return _recall(now, heard, heard.remembering)
    if heard.asks_to_judge:
        return _said(_phrase("paste_hint", heard.language), "answer", heard), now
    return _answer(now, heard)


def _answer(state: ChatState, heard: Understanding) -> tuple[Reply, ChatState]:
    guess = heard.guess
    in_context = heard.guess_in_context
    if in_context is not None and in_context.known and not (guess and guess.known):
        # Led back to the answer just given, the question before said nothing new.
        back = in_context.topics[0].id == state.topic
        guess = guess if back and guess and guess.likely else in_context
    if guess is None or not guess.topics:
        return _said(_phrase("unknown_bare", heard.language), "unknown", heard), state
    topic = guess.topics[0]
    if not guess.known and not _is_courtesy(guess):
        return _doubt(state, heard, guess)
    if topic.id in SMALL_TALK:
        name = _phrase("greet_name", heard.language, name=state.name) if state.name else ""
        text = name + topic.answer if topic.id in GREETED_BY_NAME else topic.answer
        return _said(text, "small_talk", heard), state
    kind = "urgent" if topic.urgent else "answer"
    return _said(topic.answer, kind, heard), _remember(state, heard, topic)


def _is_courtesy(guess: Guess) -> bool:
    """Return whether it is one courtesy or another, as in "thanks, bye": either reply will do."""
    return all(topic.id in COURTESIES for topic in guess.topics[:2])


def _doubt(state: ChatState, heard: Understanding, guess: Guess) -> tuple[Reply, ChatState]:
    """Return the likely answer with a warning and others to choose from, or only what may have been meant."""
    serious = tuple(topic for topic in guess.topics if topic.id not in SMALL_TALK)
    if guess.likely:
        topic = guess.topics[0]
        others = tuple(other for other in serious if other is not topic)[: CHOICES - 1]
        text = f"{_phrase('unsure', heard.language)}\n\n{topic.answer}"
        return _said(text, "answer", heard, topics=others), _remember(state, heard, topic)
    text = _phrase("unknown" if serious else "unknown_bare", heard.language)
    return _said(text, "unknown", heard, topics=serious[:CHOICES]), state


def _recall(state: ChatState, heard: Understanding, what: Remembering) -> tuple[Reply, ChatState]:
    language = heard.language
    if what.act == "tell_name":
        state = _with(state, name=what.name)
        text = _phrase("tell_name", language, name=what.name)
    elif what.act == "forget_name":
        state = _with(state, name=None)
        text = _phrase("forget_name", language)
    elif what.act == "forget_me":
        state = ChatState(language=language, turns=state.turns)
        text = _phrase("forget_me", language)
    elif what.act == "ask_name":
        text = _phrase("ask_name_known" if state.name else "ask_name_unknown", language, name=state.name)
    else:
        text = _phrase("ask_last_known" if state.question else "ask_last_unknown", language, question=state.question)
    return _said(text, "memory", heard), state


def _said(text: str, kind: Any, heard: Understanding, *, topics: tuple[Topic, ...] = ()) -> Reply:
    choices = tuple(Choice(topic.id, topic.title, topic.questions[0]) for topic in topics)
    return Reply(text, kind, heard.language, choices)


def _remember(state: ChatState, heard: Understanding, topic: Topic) -> ChatState:
    return _with(state, topic=topic.id, question=heard.message)


def _with(state: ChatState, **changes: Any) -> ChatState:
    return ChatState(**{**state.to_json(), **changes})


def _phrase(key: str, language: Language, /, **values: Any) -> str:
    text: str = _phrases()[key][language]
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


@cache
def _phrases() -> dict[str, Any]:
    phrases: dict[str, Any] = parse_yaml((data_folder("chat") / "phrases.yaml").read_text(encoding="utf-8"))
    return phrases
