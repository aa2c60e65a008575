"""What a conversation remembers, and what is said in it: plain values, so that a database can keep them."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from nlpbot.core.text.language import Language

__all__ = ["ChatState", "Choice", "Reply", "ReplyKind"]

ReplyKind = Literal["answer", "unknown", "judgement", "urgent", "small_talk", "memory"]


@dataclass(frozen=True, slots=True)
class ChatState:
    """The memory of a conversation.

    Attributes:
        language: of the last message.
        name: what the user asked to be called, or None.
        topic: id of the topic answered last.
        question: the last question that was understood.
        verdict: of the message pasted last: honest, unsure, fraud or too_short.
        turns: messages answered so far.
    """

    language: Language = "en"
    name: str | None = None
    topic: str | None = None
    question: str | None = None
    verdict: str | None = None
    turns: int = 0

    def after(self, language: Language) -> "ChatState":
        """Return the state after a message in some language, before anything of it is remembered."""
        return replace(self, language=language, turns=self.turns + 1)

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` takes."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "ChatState":
        """Return the state that `to_json` gave, of this version or another: what is not known here is left out."""
        return cls(**{name: kept for name, kept in value.items() if name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Choice:
    """A topic that the user may have meant; `question` is what is sent when it is chosen."""

    id: str
    title: str
    question: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says.

    Attributes:
        text: plain, with line breaks.
        kind: why it says so.
        language: of the text.
        topics: the nearest topics, as choices.
    """

    text: str
    kind: ReplyKind
    language: Language
    topics: tuple[Choice, ...] = ()
