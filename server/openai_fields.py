"""What OpenAI's bodies have in common: more fields than are known, null for what is left out, texts in several forms.

What clients send as a text or as a list of texts, is a list here.
"""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from server.bodies import MAX_BATCH, Body, Storable
from server.errors import Problem

if TYPE_CHECKING:
    from pydantic import ValidationInfo  # a protocol that can't be checked while tests run

__all__ = [
    "MAX_CHOICES",
    "Chunk",
    "Content",
    "ContentPart",
    "FinishReason",
    "Inputs",
    "Notices",
    "Prompts",
    "Request",
    "Stop",
    "StreamOptions",
    "Texts",
    "Tolerant",
    "Usage",
    "body_config",
]

MAX_CHOICES = 16
"""Texts that one request may ask for: prompts times `n`."""
NULL = {"type": "null"}
Notices = Annotated[list[str], Field(examples=[["messages.0: 9000 characters; the first 4000 were read"]])]
FinishReason = Literal["stop", "length"]


def body_config(**example: Any) -> ConfigDict:
    """Return the configuration of a model whose description says that null does for whatever may be left out."""

    def describe(schema: dict[str, Any]) -> None:
        for name in schema["properties"].keys() - set(schema.get("required", ())):
            about = schema["properties"][name]
            told = {key: about.pop(key) for key in ("title", "description", "default", "examples") if key in about}
            choices = [choice for choice in about.get("anyOf", [about]) if choice != NULL]
            schema["properties"][name] = {"anyOf": [*choices, NULL], **told}
        if example:
            schema["examples"] = [example]

    return ConfigDict(json_schema_extra=describe)


class Tolerant(BaseModel):
    """Base of OpenAI's bodies, whose clients send more than is known here."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True)


class Request(Tolerant):
    """Base of requests; fields that are not known are kept, since `strict` refuses them."""

    model_config = ConfigDict(extra="allow")

    @model_validator(mode="before")
    @classmethod
    def _null_is_left_out(cls, given: object) -> object:
        return {name: value for name, value in given.items() if value is not None} if isinstance(given, dict) else given

    @property
    def unknown(self) -> list[str]:
        """What is not offered of the fields that were sent."""
        return [f"{name}: not offered here" for name in self.model_extra or ()]


def _listed(value: object) -> object:
    """Return a text as a list of it."""
    if not isinstance(value, str | list | tuple):
        raise ValueError("a text or a list expected")
    return [value] if isinstance(value, str) else value


def _texts_of(value: object, info: "ValidationInfo") -> object:
    """Return a text as a list of it; refuse tokens, which OpenAI's clients may send as numbers."""
    if isinstance(value, list) and any(isinstance(each, int | list) for each in value):
        raise Problem(400, f"{info.field_name}: tokens as numbers found; expected a text or a list of texts")
    return _listed(value)


def _parts(value: object) -> object:
    """Return a text as a list of the part that it is, and null as none."""
    return [{"text": value}] if isinstance(value, str) else _listed([] if value is None else value)


class ContentPart(Tolerant):
    """A piece of a message."""

    model_config = body_config(type="text", text="What is smishing?")

    type: str | None = Field("text", examples=["text"])
    """What it is; pictures, sounds and files are not read."""
    text: Storable | None = Field(None, examples=["What is smishing?"])
    """Its text."""

    @property
    def is_other(self) -> bool:
        """Whether it is no text."""
        return self.type != "text" and not self.text


_Input = Annotated[Storable, Field(min_length=1)]
_Part = Annotated[
    Annotated[_Input, Tag("text")] | Annotated[ContentPart, Tag("part")],
    Discriminator(lambda value: "text" if isinstance(value, str) else "part"),
]
_StopText = Annotated[Storable, Field(min_length=1, max_length=100)]
_StopTexts = Annotated[tuple[_StopText, ...], Field(max_length=4)]
_Prompts = Annotated[tuple[Storable, ...], Field(min_length=1, max_length=MAX_CHOICES)]
_Texts = Annotated[tuple[_Input, ...], Field(min_length=1, max_length=MAX_BATCH)]
_Parts = tuple[ContentPart, ...]
_Inputs = Annotated[tuple[_Part, ...], Field(min_length=1, max_length=MAX_BATCH)]

Stop = Annotated[_StopTexts, BeforeValidator(_listed, json_schema_input_type=_StopText | _StopTexts)]
"""Texts before which an answer ends."""
Prompts = Annotated[_Prompts, BeforeValidator(_texts_of, json_schema_input_type=Storable | _Prompts)]
"""Texts to go on from."""
Texts = Annotated[_Texts, BeforeValidator(_texts_of, json_schema_input_type=_Input | _Texts)]
"""Texts to read."""
Content = Annotated[_Parts, BeforeValidator(_parts, json_schema_input_type=Storable | _Parts)]
"""The parts of a message."""
Inputs = Annotated[_Inputs, BeforeValidator(_listed, json_schema_input_type=_Input | _Inputs)]
"""Texts to judge, or the parts of one message."""


class StreamOptions(Tolerant):
    """What a stream holds besides."""

    model_config = body_config(include_usage=True)

    include_usage: bool | None = Field(False, examples=[True])
    """Whether a last piece, without choices, tells of the tokens used."""


class Usage(Body):
    """Tokens used: those of the language model; in chats words and marks, as the scorer splits them."""

    prompt_tokens: int = Field(examples=[4])
    """That were read."""
    completion_tokens: int = Field(examples=[9])
    """That were made."""
    total_tokens: int = Field(examples=[13])
    """Both together."""

    @classmethod
    def of(cls, read: int, made: int) -> "Usage":
        """Return how many tokens were read and made."""
        return cls(prompt_tokens=read, completion_tokens=made, total_tokens=read + made)


class Chunk(Body):
    """A piece of an answer that is streamed; the last has no choices, but the usage."""

    id: str
    created: int
    model: str
    usage: Usage | None = None
    notices: Notices = []
