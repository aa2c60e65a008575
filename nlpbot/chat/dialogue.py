"""The dialogue policy: a state and what was understood in, a reply and the next state out. Pure.

In this order: what is urgent, what was pasted, what concerns the memory, a question about a message that is not there,
what is known, what is known in the light of the question before, and an honest "I don't know" with the nearest topics.
"""

from dataclasses import dataclass, replace

from nlpbot.chat.memory import Remembering
from nlpbot.chat.phrases import Phrases
from nlpbot.chat.predictor import Guess
from nlpbot.chat.state import ChatState, Choice, Reply, ReplyKind
from nlpbot.core.text.language import Language
from nlpbot.retrieval.data import Topic

__all__ = ["Understanding", "follows_up", "reply"]

SHORT_WORDS = 7
CHOICES = 3
# fmt: off
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


def reply(state: ChatState, heard: Understanding, phrases: Phrases) -> tuple[Reply, ChatState]:
    """Return what to say, and the state after it."""
    now = state.after(heard.language)
    if heard.urgent is not None:
        urgent = heard.urgent
        return _reply_with(urgent.answer, "urgent", heard), _remember(now, heard, urgent)
    if heard.judged is not None:
        summary, verdict = heard.judged
        return _reply_with(summary, "judgement", heard), replace(now, verdict=verdict)
    if heard.remembering is not None:
        return _recall(now, heard, heard.remembering, phrases)
    if heard.asks_to_judge:
        return _reply_with(phrases.paste_hint.text(heard.language), "answer", heard), now
    return _answer(now, heard, phrases)


def _answer(state: ChatState, heard: Understanding, phrases: Phrases) -> tuple[Reply, ChatState]:
    guess = heard.guess
    in_context = heard.guess_in_context
    if in_context is not None and in_context.known and not (guess and guess.known):
        # Led back to the answer just given, the question before said nothing new.
        back = in_context.topics[0].id == state.topic
        guess = guess if back and guess and guess.likely else in_context
    if guess is None or not guess.topics:
        return _reply_with(phrases.unknown_bare.text(heard.language), "unknown", heard), state
    topic = guess.topics[0]
    if not guess.known and not _is_courtesy(guess):
        return _doubt(state, heard, guess, phrases)
    if "small_talk" in topic.marks:
        name = state.name if "by_name" in topic.marks else None
        greeting = phrases.greet_name.text(heard.language, {"name": name}) if name else ""
        return _reply_with(greeting + topic.answer, "small_talk", heard), state
    kind: ReplyKind = "urgent" if topic.urgent else "answer"
    return _reply_with(topic.answer, kind, heard), _remember(state, heard, topic)


def _is_courtesy(guess: Guess) -> bool:
    """Return whether it is one courtesy or another, as in "thanks, bye": either reply will do."""
    return all("courtesy" in topic.marks for topic in guess.topics[:2])


def _doubt(state: ChatState, heard: Understanding, guess: Guess, phrases: Phrases) -> tuple[Reply, ChatState]:
    """Return the likely answer with a warning and others to choose from, or only what may have been meant."""
    serious = tuple(topic for topic in guess.topics if "small_talk" not in topic.marks)
    if guess.likely:
        topic = guess.topics[0]
        others = tuple(other for other in serious if other is not topic)[: CHOICES - 1]
        text = f"{phrases.unsure.text(heard.language)}\n\n{topic.answer}"
        return _reply_with(text, "answer", heard, topics=others), _remember(state, heard, topic)
    phrase = phrases.unknown if serious else phrases.unknown_bare
    return _reply_with(phrase.text(heard.language), "unknown", heard, topics=serious[:CHOICES]), state


def _recall(state: ChatState, heard: Understanding, what: Remembering, phrases: Phrases) -> tuple[Reply, ChatState]:
    """Return what is said of the memory, and the state with what is kept or forgotten."""
    after = state
    if what.act == "tell_name":
        after, phrase = replace(state, name=what.name), phrases.tell_name
    elif what.act == "forget_name":
        after, phrase = replace(state, name=None), phrases.forget_name
    elif what.act == "forget_me":
        after, phrase = ChatState(language=heard.language, turns=state.turns), phrases.forget_me
    elif what.act == "ask_name":
        phrase = phrases.ask_name_known if state.name else phrases.ask_name_unknown
    else:
        phrase = phrases.ask_last_known if state.question else phrases.ask_last_unknown
    values = {"name": after.name or "", "question": after.question or ""}
    return _reply_with(phrase.text(heard.language, values), "memory", heard), after


def _reply_with(text: str, kind: ReplyKind, heard: Understanding, *, topics: tuple[Topic, ...] = ()) -> Reply:
    choices = tuple(Choice(topic.id, topic.title, topic.questions[0]) for topic in topics)
    return Reply(text, kind, heard.language, choices)


def _remember(state: ChatState, heard: Understanding, topic: Topic) -> ChatState:
    return replace(state, topic=topic.id, question=heard.message)
