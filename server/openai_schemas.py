"""What OpenAI's clients send to /v1, as pydantic models; more than is known here is let through.

The words under a field are its description, in the OpenAPI document and at /docs.
"""

from typing import Any, Literal

from pydantic import Field, field_validator

from nlpbot.parts import MAX_BEAMS
from server.openai_fields import MAX_CHOICES, Content, Inputs, Prompts, Request, Stop, Tolerant, body_config

__all__ = [
    "ChatCompletionRequest",
    "ChatMessage",
    "CompletionRequest",
    "ModerationRequest",
    "ResponseFormat",
    "StreamOptions",
]


class StreamOptions(Tolerant):
    """What a stream holds besides."""

    model_config = body_config(include_usage=True)

    include_usage: bool | None = Field(False, examples=[True])
    """Whether a last piece, without choices, tells of the tokens used."""


class CompletionRequest(Request):
    """Write on from a prompt. The same `seed` gives the same texts; without one they differ each time."""

    model_config = body_config(model="lm", prompt="The moon", max_tokens=40, temperature=0.8, stop=["\n"])

    model: str = Field("lm", examples=["lm"])
    """The language model, `lm`."""
    prompt: Prompts = Field(("",), examples=["The moon", ["The moon", "The sea"]])
    """Text to go on from, or up to 16 of them; of a text over 20,000 characters the end is read. Tokens as numbers
    are refused: other servers count them otherwise."""
    max_tokens: int = Field(64, ge=1, examples=[40])
    """Tokens that a text has at most; never over 2,048."""
    temperature: float = Field(1.0, ge=0, le=5, examples=[0.8])
    """Boldness: 0 takes the likeliest token each time, 1 follows the model."""
    top_p: float = Field(1.0, gt=0, le=1, examples=[0.95])
    """Only the likeliest tokens that together have this probability may come, at least one; 1 for all."""
    n: int = Field(1, ge=1, le=8, examples=[2])
    """Texts for each prompt; with several prompts 16 texts in all."""
    seed: int | None = Field(None, ge=0, lt=1 << 31, examples=[7])
    """What chance is drawn by; the second text of a prompt is drawn by the next number, and so on."""
    stop: Stop = Field((), examples=[["\n"]])
    """Up to 4 texts before which what is written ends."""
    logprobs: int | None = Field(None, ge=0, le=5, examples=[3])
    """How many of the likeliest tokens to name with each token that was made; null for no such list."""
    echo: bool = Field(False, examples=[False])
    """Whether to begin each text with its prompt, about which `logprobs` says nothing."""
    stream: bool = Field(False, examples=[True])
    """Whether the texts come piece by piece, as server-sent events."""
    stream_options: StreamOptions | None = None
    """What a stream holds besides."""
    frequency_penalty: float = Field(0.0, examples=[0.0])
    """Not heeded; `repetition_penalty` over 1 makes repetitions less likely."""
    presence_penalty: float = Field(0.0, examples=[0.0])
    """Not heeded; `repetition_penalty` over 1 makes repetitions less likely."""
    top_k: int = Field(0, ge=0, lt=1 << 31, examples=[40])
    """Only so many of the likeliest tokens may come; 0 for all. Not in OpenAI's API, as all that follows."""
    min_p: float = Field(0.0, ge=0, le=1, examples=[0.05])
    """Only tokens may come that have this share of the likeliest one's probability; 0 for all."""
    repetition_penalty: float = Field(1.0, ge=0.1, le=10, examples=[1.1])
    """Over 1, tokens that came among the last 1,024 are less likely; 1 for no difference."""
    no_repeat_ngram: int = Field(0, ge=0, le=1000, examples=[4])
    """No so many tokens in a row come twice; 0 for no such rule."""
    beams: int | None = Field(None, ge=1, le=MAX_BEAMS, examples=[4])
    """Search for the likeliest texts instead of drawing any, going on with so many at once, at least `n`."""
    length_penalty: float = Field(0.6, ge=0, le=10, examples=[0.6])
    """Of that search: 0 favours short texts, more makes up for the length of long ones."""
    strict: bool = Field(False, examples=[True])
    """Whether to refuse, by status 400, what would be cut or is not known here and would be ignored."""

    @property
    def unknown(self) -> list[str]:
        """What is not offered of the fields that were sent."""
        unheeded = [name for name in ("frequency_penalty", "presence_penalty") if getattr(self, name)]
        hint = "not offered; repetition_penalty over 1 makes repetitions less likely"
        return [*super().unknown, *(f"{name}: {hint}" for name in unheeded)]

    @field_validator("n")
    @classmethod
    def _is_bounded(cls, n: int, info: Any) -> int:
        prompts = len(info.data.get("prompt", ()))
        if prompts * n > MAX_CHOICES:
            raise ValueError(f"{n} texts for each of {prompts} prompts asked; {MAX_CHOICES} in all wanted at most")
        return n


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
        """Whether JSON is wanted."""
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


class ModerationRequest(Request):
    """Look for fraud in texts, by OpenAI's shape."""

    model_config = body_config(input="Your parcel is held. Pay the fee today.")

    model: str = Field("fraud", examples=["fraud"])
    """The scorer, `fraud`; OpenAI's names of moderation models mean it, too."""
    input: Inputs = Field(
        examples=["Your parcel is held. Pay the fee today.", [{"type": "text", "text": "Pay the fee today."}]]
    )
    """A text, up to 256 of them, or the parts of one message, whose texts are read together. Of a text over 4,000
    characters the beginning is read."""
    strict: bool = Field(False, examples=[True])
    """Whether to refuse, by status 400, what would be cut or ignored."""

    @property
    def texts(self) -> list[str]:
        """What is judged, each by itself."""
        texts = [each if isinstance(each, str) else each.text or "" for each in self.input]
        return texts if all(isinstance(each, str) for each in self.input) else ["\n".join(filter(None, texts))]

    @property
    def has_other_parts(self) -> bool:
        """Whether something is no text."""
        return any(not isinstance(each, str) and each.is_other for each in self.input)
