"""What the assistant says to a message, as it is kept: plain values that a database can hold."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from nlpbot.chat.state import Choice, Reply
from nlpbot.classify.attribution import Span
from nlpbot.fraud.judgement import Judgement

__all__ = ["Answer"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant says to a message.

    Attributes:
        reply: in words.
        judgement: of what was pasted, or None where nothing was.
    """

    reply: Reply
    judgement: Judgement | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` takes."""
        return {**asdict(self.reply), "judgement": None if self.judgement is None else asdict(self.judgement)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Answer":
        """Return the answer that `to_json` gave, of this version or another: what is not known here is left out."""
        topics = tuple(Choice(**_known(Choice, topic)) for topic in kept["topics"])
        reply = Reply(**{**_known(Reply, kept), "topics": topics})
        judged = kept["judgement"]
        return cls(reply, None if judged is None else _judgement(judged))


def _judgement(kept: Mapping[str, Any]) -> Judgement:
    spans = tuple(Span(**_known(Span, span)) for span in kept["spans"])
    return Judgement(**{**_known(Judgement, kept), "spans": spans, "advice": tuple(kept["advice"])})


def _known(kind: "type[Reply | Choice | Judgement | Span]", kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the fields of a dataclass hold."""
    return {field.name: kept[field.name] for field in fields(kind) if field.name in kept}
