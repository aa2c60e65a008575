"""What OpenAI's clients send to /v1, as pydantic models; more than is known here is let through."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from server.schemas import MAX_MESSAGE, Storable

__all__ = ["MAX_BEAMS", "ChatCompletionRequest", "ChatMessage", "CompletionRequest", "StreamOptions", "Tolerant"]


MAX_BEAMS = 8


class Tolerant(BaseModel):
    """Base of OpenAI's bodies, whose clients send more than is known here."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def _not_offered(penalty: float) -> float:
    if penalty:
        raise ValueError("not offered; repetition_penalty over 1 makes repetitions less likely")
    return penalty


NoPenalty = Annotated[float, AfterValidator(_not_offered), Field(json_schema_extra={"minimum": 0, "maximum": 0})]
StopText = Annotated[Storable, Field(min_length=1, max_length=100)]


class StreamOptions(Tolerant):
    """What OpenAI's streams hold besides."""

    include_usage: bool = False


class CompletionRequest(Tolerant):
    """OpenAI's completion: write on from a prompt; `n` times `max_tokens` is 16,384 at most.

    The same `seed` gives the same choices; without one they differ each time. What OpenAI's API does not know
    comes last: `top_k`, `min_p`, `repetition_penalty`, `no_repeat_ngram`; and `beams`, at least `n` of them, which
    searches for the likeliest texts instead of drawing any, with `length_penalty` over 0 to make up for the length of
    long ones. `logprobs` tells of what was made, not of a prompt that `echo` repeats.
    """

    model: str = "lm"
    prompt: Annotated[Storable, Field(max_length=20_000)] = ""
    max_tokens: int = Field(64, ge=1, le=2048)
    temperature: float = Field(1.0, ge=0, le=5)
    top_p: float = Field(1.0, gt=0, le=1)
    seed: int | None = Field(None, ge=0, lt=1 << 31)
    n: int = Field(1, ge=1, le=8)
    logprobs: int | None = Field(None, ge=0, le=5)
    stop: StopText | Annotated[list[StopText], Field(max_length=4)] | None = None
    echo: bool = False
    stream: bool = False
    stream_options: StreamOptions | None = None
    frequency_penalty: NoPenalty = 0.0
    presence_penalty: NoPenalty = 0.0
    top_k: int = Field(0, ge=0, lt=1 << 31)
    min_p: float = Field(0.0, ge=0, le=1)
    repetition_penalty: float = Field(1.0, ge=0.1, le=10)
    no_repeat_ngram: int = Field(0, ge=0, le=1000)
    beams: int | None = Field(None, ge=1, le=MAX_BEAMS)
    length_penalty: float = Field(0.6, ge=0, le=10)

    @property
    def stops(self) -> tuple[str, ...]:
        """The texts before which a choice ends."""
        if self.stop is None:
            return ()
        return (self.stop,) if isinstance(self.stop, str) else tuple(self.stop)


class ChatMessage(Tolerant):
    """A message of OpenAI's chat."""

    role: Literal["system", "user", "assistant", "developer", "tool"]
    content: Annotated[Storable, Field(max_length=MAX_MESSAGE)]


class ChatCompletionRequest(Tolerant):
    """OpenAI's chat completion, answered by the assistant without any memory."""

    model: str = "assistant"
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=200)]
    stream: bool = False
