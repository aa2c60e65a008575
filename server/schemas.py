"""What comes in and what goes out, as pydantic models; the OpenAPI document is made of them."""

from typing import Annotated, Any, Literal

from flask import request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from server.errors import Problem

__all__ = [
    "MAX_MESSAGE",
    "Body",
    "ChatRequest",
    "ChatResponse",
    "Choice",
    "ConversationLine",
    "Conversations",
    "DigitsRequest",
    "DigitsResponse",
    "FeedbackRequest",
    "Judgement",
    "Message",
    "Messages",
    "Reply",
    "ScoreRequest",
    "ScoreResponse",
    "Span",
    "Storable",
    "body_as",
]

MAX_MESSAGE = 4000
MAX_BATCH = 256
SIDE = 28


def _storable(text: str) -> str:
    """Refuse what JSON lets through and databases choke on."""
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError("U+0000 and lone surrogates are not text")
    return text


Storable = Annotated[str, AfterValidator(_storable), Field(json_schema_extra={"pattern": r"^[^\u0000]*$"})]
Text = Annotated[Storable, Field(min_length=1, max_length=MAX_MESSAGE)]


class Body(BaseModel):
    """Base of all bodies."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ChatRequest(Body):
    """A message to the assistant."""

    message: Text
    conversation: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] | None = None
    language: Literal["en", "ko"] | None = None
    pasted: Text | None = None


class Span(Body):
    """A piece of the judged text that speaks for fraud: code points start to end."""

    start: int
    end: int
    weight: float


class Judgement(Body):
    """What is thought of a message."""

    verdict: Literal["honest", "unsure", "fraud", "too_short"]
    probability: float
    kind: str | None
    kind_title: str | None
    summary: str
    text: str
    spans: list[Span]
    advice: list[str]
    notice: str


class Choice(Body):
    """A topic that may have been meant; `question` is what to send for it."""

    id: str
    title: str
    question: str


class Reply(Body):
    """What the assistant says."""

    id: int
    text: str
    kind: Literal["answer", "unknown", "judgement", "urgent", "small_talk", "memory"]
    language: Literal["en", "ko"]
    topics: list[Choice]
    judgement: Judgement | None


class ChatResponse(Body):
    """A reply, and the conversation it belongs to."""

    conversation: str
    reply: Reply


class ConversationLine(Body):
    """A conversation in a list."""

    id: str
    title: str
    updated_at: str


class Conversations(Body):
    """All conversations of a browser."""

    conversations: list[ConversationLine]


class Message(Body):
    """A message of a conversation."""

    id: int
    role: Literal["user", "assistant"]
    text: str
    created_at: str
    reply: Reply | None


class Messages(Body):
    """A conversation whole."""

    id: str
    messages: list[Message]


class ScoreRequest(Body):
    """Messages to be judged; with `explain` (at most 8) also the words that made it so."""

    messages: Annotated[list[Text], Field(min_length=1, max_length=MAX_BATCH)]
    explain: bool = False
    language: Literal["en", "ko"] | None = None


class ScoreResponse(Body):
    """A judgement for each message, in the same order."""

    verdicts: list[Judgement]


class FeedbackRequest(Body):
    """What a message truly was."""

    text: Text
    verdict: Literal["fraud", "honest"]


Pixel = Annotated[float, Field(ge=0, le=255, allow_inf_nan=False)]
Row = Annotated[list[Pixel], Field(min_length=SIDE, max_length=SIDE)]


class DigitsRequest(Body):
    """A drawing, rows of ink from 0 to 255."""

    pixels: Annotated[list[Row], Field(min_length=SIDE, max_length=SIDE)]


class DigitsResponse(Body):
    """The digit, and the probability of each from 0 to 9."""

    digit: int
    probabilities: list[float]


def body_as(model: Any) -> Any:
    """Return the body of the request as that model.

    Raises:
        Problem: the content type is not JSON.
        ValidationError: the body is not JSON or not valid.
    """
    if request.mimetype != "application/json":
        raise Problem(415, "Content-Type: application/json wanted")
    return model.model_validate_json(request.get_data())
