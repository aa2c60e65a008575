"""What OpenAI's clients send to /v1/chat/completions, and what they get.

The words under a field are its description, in the OpenAPI document and at /docs.
"""

from typing import Literal

from pydantic import Field

from server.bodies import Body
from server.openai_fields import (
    Chunk,
    Content,
    FinishReason,
    Notices,
    Request,
    Stop,
    StreamOptions,
    Tolerant,
    Usage,
    body_config,
)

__all__ = [
    "ChatAnswer",
    "ChatChoice",
    "ChatCompletion",
    "ChatCompletionChunk",
    "ChatCompletionRequest",
    "ChatDelta",
    "ChatMessage",
    "ChatPiece",
    "ResponseFormat",
]


class ChatMessage(Tolerant):
    """A message of a conversation."""

    model_config = body_config(role="user", content="What is smishing?")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"] = Field(examples=["user"])
    """Who said it. The user's are read; instructions by `system` or `developer` can't be followed."""
    content: Content = Field((), examples=["What is smishing?", [{"type": "text", "text": "What is smishing?"}]])
    """What was said: a text, or a list of parts of which the texts are read; of a message over 4,000 characters
    the beginning is read."""

    @property
    def text(self) -> str:
        """The text of all parts."""
        return "\n".join(part.text for part in self.content if part.text)


class ResponseFormat(Tolerant):
    """The form of an answer."""

    model_config = body_config(type="json_object")

    type: str | None = Field("text", examples=["json_object"])
    """`text`, `json_object` or `json_schema`."""

    @property
    def is_json(self) -> bool:
        """Whether JSON is asked for."""
        return self.type in ("json_object", "json_schema")


class ChatCompletionRequest(Request):
    """Ask the assistant, which has no memory but what is sent."""

    model_config = body_config(model="assistant", messages=[{"role": "user", "content": "What is smishing?"}])

    model: str = Field("assistant", examples=["assistant"])
    """The assistant, `assistant`."""
    messages: tuple[ChatMessage, ...] = Field(
        min_length=1, examples=[[{"role": "user", "content": "What is smishing?"}]]
    )
    """The conversation, oldest first; the last message of the user is answered, with the five before it as context."""
    max_tokens: int | None = Field(None, ge=1, examples=[200])
    """Words and marks after which an answer is cut; null for the whole answer."""
    max_completion_tokens: int | None = Field(None, ge=1, examples=[200])
    """The newer name of `max_tokens`; the lower of the two counts."""
    stop: Stop = Field((), examples=[["\n\n"]])
    """Up to 4 texts before which an answer is cut."""
    stream: bool = Field(False, examples=[True])
    """Whether the answer comes piece by piece, as server-sent events."""
    stream_options: StreamOptions | None = None
    """What a stream holds besides."""
    response_format: ResponseFormat | None = None
    """Heeded where a client asks for a title, which then comes as JSON."""
    strict: bool = Field(False, examples=[True])
    """Whether to refuse, by status 400, what would be cut or ignored: messages that are too long or too many, parts
    that are no text, instructions by `system`, and all fields that are not named here."""


class ChatAnswer(Body):
    """The message of the assistant."""

    role: Literal["assistant"] = Field(examples=["assistant"])
    """Always `assistant`."""
    content: str = Field(examples=["Smishing is fraud by text message."])
    """What to show."""


class ChatChoice(Body):
    """An answer."""

    index: int = Field(examples=[0])
    """Always 0: there is one answer."""
    message: ChatAnswer
    """What the assistant says."""
    finish_reason: FinishReason = Field(examples=["stop"])
    """`length` where `max_tokens` cut it, else `stop`."""


class ChatCompletion(Body):
    """The assistant's answer."""

    id: str = Field(examples=["chatcmpl-8f1d0c2b9a7e4f35"])
    """Name of the answer."""
    object: Literal["chat.completion"] = Field(examples=["chat.completion"])
    """Always `chat.completion`."""
    created: int = Field(examples=[1767225600])
    """When, in seconds since 1970."""
    model: str = Field(examples=["assistant"])
    """Who answered."""
    choices: list[ChatChoice]
    """One answer."""
    usage: Usage
    """Tokens used."""
    notices: Notices = []
    """What was cut or left out of the request; it is in the header `X-Nlpbot-Notice`, too."""


class ChatDelta(Body):
    """What a piece adds to the message."""

    role: Literal["assistant"] | None = None
    content: str | None = None


class ChatPiece(Body):
    """A piece of the answer; the last says why it ends."""

    index: int
    delta: ChatDelta
    finish_reason: FinishReason | None


class ChatCompletionChunk(Chunk):
    """A piece of the answer, as it is streamed."""

    object: Literal["chat.completion.chunk"]
    choices: list[ChatPiece]
