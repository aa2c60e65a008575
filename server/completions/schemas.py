"""What OpenAI's clients send to /v1/completions, and what they get.

The words under a field are its description, in the OpenAPI document and at /docs.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import Field, field_validator

from nlpbot.parts import MAX_BEAMS
from server.bodies import Body
from server.openai_fields import (
    MAX_CHOICES,
    Chunk,
    FinishReason,
    Notices,
    Prompts,
    Request,
    Stop,
    StreamOptions,
    Usage,
    body_config,
)

if TYPE_CHECKING:
    from pydantic import ValidationInfo  # a protocol that can't be checked while tests run

__all__ = ["Completion", "CompletionChoice", "CompletionChunk", "CompletionRequest", "LogProbs"]


class CompletionRequest(Request):
    """Write on from a prompt. The same `seed` gives the same texts; without one they differ each time."""

    model_config = body_config(model="lm", prompt="The moon", max_tokens=40, temperature=0.8, stop=["\n"])

    model: str = Field("lm", examples=["lm"])
    """The language model, by the name of its slot; `lm` means the only one, too."""
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
    """Only tokens may come that have this fraction of the likeliest one's probability; 0 for all."""
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
    def _is_bounded(cls, n: int, info: "ValidationInfo") -> int:
        prompts = len(info.data.get("prompt", ()))
        if prompts * n > MAX_CHOICES:
            raise ValueError(f"{n} texts for each of {prompts} prompts asked; {MAX_CHOICES} in all expected at most")
        return n


class LogProbs(Body):
    """The tokens of a text, and what each might have been."""

    tokens: list[str] = Field(examples=[[" is", " bright"]])
    """Each token that was made, as text."""
    token_logprobs: list[float] = Field(examples=[[-0.8, -2.1]])
    """Its log-probability."""
    top_logprobs: list[dict[str, float]] = Field(examples=[[{" is": -0.8, " was": -1.2}, {" bright": -2.1}]])
    """The likeliest tokens in its place, each with its log-probability."""
    text_offset: list[int] = Field(examples=[[0, 3]])
    """Where it begins in the text."""

    @classmethod
    def joined(cls, pieces: "Sequence[LogProbs]") -> "LogProbs":
        """Return those of pieces that follow one another."""
        return cls(
            tokens=[token for piece in pieces for token in piece.tokens],
            token_logprobs=[value for piece in pieces for value in piece.token_logprobs],
            top_logprobs=[likeliest for piece in pieces for likeliest in piece.top_logprobs],
            text_offset=[place for piece in pieces for place in piece.text_offset],
        )


class CompletionChoice(Body):
    """A text."""

    index: int = Field(examples=[0])
    """Its number: the texts of the first prompt come first."""
    text: str = Field(examples=[" is bright tonight"])
    """What was written."""
    finish_reason: FinishReason | None = Field(examples=["stop"])
    """`stop` where a stop text came, `length` where the most tokens were made, null where the text goes on."""
    logprobs: LogProbs | None
    """What tokens might have been, where it was asked for."""


class Completion(Body):
    """Texts that go on from prompts."""

    id: str = Field(examples=["cmpl-8f1d0c2b9a7e4f35"])
    """Name of the answer."""
    object: Literal["text_completion"] = Field(examples=["text_completion"])
    """Always `text_completion`."""
    created: int = Field(examples=[1767225600])
    """When, in seconds since 1970."""
    model: str = Field(examples=["lm"])
    """Which model wrote."""
    choices: list[CompletionChoice]
    """The texts."""
    usage: Usage
    """Tokens used."""
    notices: Notices = []
    """What was cut of the request; it is in the header `X-Nlpbot-Notice`, too."""


class CompletionChunk(Chunk):
    """A piece of one of the texts."""

    object: Literal["text_completion"]
    choices: list[CompletionChoice]
