"""What /v1 answers, in OpenAI's shapes, as pydantic models for the OpenAPI document.

The words under a field are its description, there and at /docs.
"""

from typing import Annotated, Literal

from pydantic import Field

from server.schemas import Body

__all__ = [
    "ChatAnswer",
    "ChatChoice",
    "ChatCompletion",
    "Completion",
    "CompletionChoice",
    "LogProbs",
    "Model",
    "ModelList",
    "ModerationResult",
    "Moderations",
    "Usage",
]

Notices = Annotated[list[str], Field(examples=[["messages.0: 9000 characters; the first 4000 were read"]])]
FinishReason = Literal["stop", "length"]


class Model(Body):
    """A model that is served."""

    id: str = Field(examples=["assistant"])
    """Its name in requests."""
    object: Literal["model"] = Field(examples=["model"])
    """Always `model`."""
    created: int = Field(examples=[0])
    """Always 0: when it was trained is not told."""
    owned_by: str = Field(examples=["nlpbot"])
    """Always `nlpbot`."""


class ModelList(Body):
    """The models that are served."""

    object: Literal["list"] = Field(examples=["list"])
    """Always `list`."""
    data: list[Model]
    """`assistant` chats, `lm` writes on, `fraud` judges."""


class Usage(Body):
    """Tokens used: those of the language model; in chats words and marks, as the scorer splits them."""

    prompt_tokens: int = Field(examples=[4])
    """That were read."""
    completion_tokens: int = Field(examples=[9])
    """That were made."""
    total_tokens: int = Field(examples=[13])
    """Both together."""


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


class ModerationResult(Body):
    """What is thought of a text. It never says that a text is safe."""

    flagged: bool = Field(examples=[True])
    """Whether it looks like fraud; that nothing was found is no proof."""
    categories: dict[str, bool] = Field(examples=[{"fraud": True}])
    """The one thing that is looked for, `fraud`: nothing is said of OpenAI's categories."""
    category_scores: dict[str, float] = Field(examples=[{"fraud": 0.97}])
    """Its probability, from 0 to 1, calibrated on texts held out."""
    category_applied_input_types: dict[str, list[str]] = Field(examples=[{"fraud": ["text"]}])
    """That text was judged."""
    verdict: Literal["honest", "unsure", "fraud", "too_short"] = Field(examples=["fraud"])
    """More than yes or no: `unsure` is not flagged, nor is `too_short`; `honest` only means that no sign was found."""
    kind: str | None = Field(examples=["parcel_fee"])
    """The likeliest kind of fraud, or null."""
    summary: str = Field(examples=["This looks like fraud. Don't do what it asks."])
    """The verdict in a sentence, in the language of the text."""


class Moderations(Body):
    """Whether texts look like fraud."""

    id: str = Field(examples=["modr-8f1d0c2b9a7e4f35"])
    """Name of the answer."""
    model: str = Field(examples=["fraud"])
    """Which model judged."""
    results: list[ModerationResult]
    """One for each text, in the same order."""
    notices: Notices = []
    """What was cut or left out of the request; it is in the header `X-Nlpbot-Notice`, too."""
