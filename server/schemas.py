"""What comes in and what goes out, as pydantic models; the OpenAPI document is made of them.

The words under a field are its description, there and at /docs.
"""

import re
from typing import Annotated, Any, Literal

from flask import request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from server.errors import Problem

__all__ = [
    "MAX_BATCH",
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
    "FeedbackResponse",
    "Judgement",
    "Message",
    "Messages",
    "Reply",
    "ScoreRequest",
    "ScoreResponse",
    "Span",
    "Storable",
    "body_as",
    "with_example",
]

MAX_MESSAGE = 4000
MAX_BATCH = 256
SIDE = 28
NOT_TEXT = re.compile("[\0\ud800-\udfff]")
CONVERSATION = "9f3c1f0e5b7a4d2c8e6f1a2b3c4d5e6f"
SCAM = "Your parcel is held. Pay the fee today: http://parcel.example"
DRAWING = [[0.0] * 13 + [255.0] * 2 + [0.0] * 13] * SIDE


def _storable(text: str) -> str:
    """Refuse what JSON lets through and databases choke on."""
    if NOT_TEXT.search(text):
        raise ValueError("U+0000 and lone surrogates are not text")
    return text


Storable = Annotated[str, AfterValidator(_storable), Field(json_schema_extra={"pattern": r"^[^\u0000]*$"})]
Text = Annotated[Storable, Field(min_length=1, max_length=MAX_MESSAGE)]
Language = Literal["en", "ko"]


def with_example(**example: Any) -> ConfigDict:
    """Return the configuration of a model whose description shows this example."""
    return ConfigDict(json_schema_extra={"examples": [example]})


class Body(BaseModel):
    """Base of all bodies."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, use_attribute_docstrings=True
    )


class ChatRequest(Body):
    """A message to the assistant."""

    model_config = with_example(message="What is smishing?")

    message: Text = Field(examples=["What is smishing?"])
    """What you say or ask; a message that you received may be pasted into it, and is then judged."""
    conversation: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] | None = Field(None, examples=[CONVERSATION])
    """Conversation to go on with, as an earlier answer named it; without one a new conversation begins. It is found
    only by who sends the cookie that came with it."""
    language: Language | None = Field(None, examples=["en"])
    """Language of the reply; without it that of the message."""
    pasted: Text | None = Field(None, examples=[SCAM])
    """The part of `message` that was pasted rather than typed, if known: it is judged, the rest is answered."""


class Span(Body):
    """A piece of the judged text that speaks for fraud."""

    start: int = Field(examples=[21])
    """Its first character, counted in code points from 0."""
    end: int = Field(examples=[38])
    """The character after its last."""
    weight: float = Field(examples=[2.4])
    """How much it speaks for fraud, in nats of log-odds."""


class Judgement(Body):
    """What is thought of a message. It never says that a message is safe."""

    verdict: Literal["honest", "unsure", "fraud", "too_short"] = Field(examples=["fraud"])
    """Whether signs of fraud were found; `honest` only means that none was, `too_short` that a word or two says
    nothing."""
    probability: float = Field(examples=[0.97])
    """That the message is fraud, from 0 to 1, calibrated on texts held out."""
    kind: str | None = Field(examples=["parcel_fee"])
    """The likeliest kind of fraud, or null."""
    kind_title: str | None = Field(examples=["Fake parcel notice"])
    """The kind in words, or null."""
    summary: str = Field(examples=["This looks like fraud. Don't do what it asks."])
    """The verdict in a sentence."""
    text: str = Field(examples=[SCAM])
    """What was judged; spans count its characters."""
    spans: list[Span]
    """The pieces that speak for fraud; empty where they weren't asked for."""
    advice: list[str] = Field(examples=[["Don't open the link. Type the company's address yourself or use its app."]])
    """What to do, a sentence each."""
    notice: str = Field(examples=["Judged by a model trained on this operator's own data: it can be wrong both ways."])
    """What the judgement rests on."""


class Choice(Body):
    """A topic that may have been meant."""

    id: str = Field(examples=["smishing"])
    """Name of the topic."""
    title: str = Field(examples=["What is smishing?"])
    """What to show for it."""
    question: str = Field(examples=["what is smishing"])
    """What to send as the next message to choose it."""


class Reply(Body):
    """What the assistant says."""

    model_config = with_example(
        id=42,
        text="Smishing is fraud by text message.",
        kind="answer",
        language="en",
        topics=[{"id": "phishing", "title": "What is phishing?", "question": "what is phishing"}],
        judgement=None,
    )

    id: int = Field(examples=[42])
    """Number of the message that holds the reply."""
    text: str = Field(examples=["Smishing is fraud by text message."])
    """What to show."""
    kind: Literal["answer", "unknown", "judgement", "urgent", "small_talk", "memory"] = Field(examples=["answer"])
    """What sort of reply it is; `unknown` where nothing fits, `urgent` where steps must be taken at once."""
    language: Language = Field(examples=["en"])
    """Language of the text."""
    topics: list[Choice]
    """Topics to choose from, best first; may be empty."""
    judgement: Judgement | None
    """What is thought of what was pasted, or null where nothing was."""


class ChatResponse(Body):
    """A reply, and the conversation it belongs to."""

    conversation: str = Field(examples=[CONVERSATION])
    """Send it with the next message to go on."""
    reply: Reply
    """The reply to the message."""


class ConversationLine(Body):
    """A conversation in a list."""

    id: str = Field(examples=[CONVERSATION])
    """Name of the conversation in addresses and requests."""
    title: str = Field(examples=["What is smishing?"])
    """Its first message, shortened."""
    updated_at: str = Field(examples=["2026-01-31T09:30:00+00:00"])
    """When it was last spoken in, in UTC."""


class Conversations(Body):
    """All conversations of a browser."""

    conversations: list[ConversationLine]
    """The one spoken in last comes first."""


class Message(Body):
    """A message of a conversation."""

    id: int = Field(examples=[42])
    """Its number; later ones are higher."""
    role: Literal["user", "assistant"] = Field(examples=["assistant"])
    """Who said it."""
    text: str = Field(examples=["Smishing is fraud by text message."])
    """What was said."""
    created_at: str = Field(examples=["2026-01-31T09:30:00+00:00"])
    """When, in UTC."""
    reply: Reply | None
    """The whole reply where the assistant said it, else null."""


class Messages(Body):
    """A conversation whole."""

    id: str = Field(examples=[CONVERSATION])
    """Name of the conversation."""
    messages: list[Message]
    """What was said, oldest first."""


class ScoreRequest(Body):
    """Messages to be judged."""

    model_config = with_example(messages=[SCAM])

    messages: Annotated[list[Text], Field(min_length=1, max_length=MAX_BATCH)] = Field(examples=[[SCAM]])
    """What was received, each judged by itself."""
    explain: bool = Field(False, examples=[False])
    """Whether to find the words that made it so, which takes longer; for 8 messages at most."""
    language: Language | None = Field(None, examples=["en"])
    """Language of summaries and advice; without it that of each message."""


class ScoreResponse(Body):
    """Judgements of messages."""

    verdicts: list[Judgement]
    """One for each message, in the same order."""


class FeedbackRequest(Body):
    """What a message truly was."""

    model_config = with_example(text=SCAM, verdict="fraud")

    text: Text = Field(examples=[SCAM])
    """The message; it is kept for whoever runs this server to learn from."""
    verdict: Literal["fraud", "honest"] = Field(examples=["fraud"])
    """What it was."""


class FeedbackResponse(Body):
    """That feedback was taken in."""

    kept: bool = Field(examples=[True])
    """Always true: what can't be kept is an error."""


Pixel = Annotated[float, Field(ge=0, le=255)]
Row = Annotated[list[Pixel], Field(min_length=SIDE, max_length=SIDE)]


class DigitsRequest(Body):
    """A drawing of a digit."""

    model_config = with_example(pixels=DRAWING)

    pixels: Annotated[list[Row], Field(min_length=SIDE, max_length=SIDE)] = Field(examples=[DRAWING])
    """28 rows of 28 pixels: ink from 0, none, to 255."""


class DigitsResponse(Body):
    """Which digit was drawn."""

    digit: int = Field(examples=[1])
    """The likeliest digit."""
    probabilities: list[float] = Field(examples=[[0.0, 0.96, 0.0, 0.0, 0.01, 0.0, 0.0, 0.02, 0.01, 0.0]])
    """Of each digit from 0 to 9."""


def body_as(model: Any) -> Any:
    """Return the body of the request as that model.

    Raises:
        Problem: the content type is not JSON.
        ValidationError: the body is not JSON or not valid.
    """
    if request.mimetype != "application/json":
        raise Problem(415, "Content-Type: application/json wanted")
    return model.model_validate_json(request.get_data())
