"""What all bodies have in common: their base, and the texts and numbers they hold.

The words under a field are its description, in the OpenAPI document and at /docs.
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonValue

__all__ = [
    "MAX_BATCH",
    "MAX_MESSAGE",
    "Body",
    "Language",
    "Storable",
    "Text",
    "Whole",
    "as_json",
    "with_example",
]

MAX_MESSAGE = 4000
"""Characters of a message."""
MAX_BATCH = 256
"""Texts of a request."""
NOT_TEXT = re.compile("[\0\ud800-\udfff]")


def _storable(text: str) -> str:
    """Refuse what JSON lets through and databases choke on."""
    if NOT_TEXT.search(text):
        raise ValueError("U+0000 and lone surrogates are not text")
    return text


def _whole(number: object) -> object:
    """Return a number such as 3.0, which is whole in JSON, as a whole one."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


Storable = Annotated[str, AfterValidator(_storable), Field(json_schema_extra={"pattern": r"^[^\u0000]*$"})]
Text = Annotated[Storable, Field(min_length=1, max_length=MAX_MESSAGE)]
Whole = Annotated[int, BeforeValidator(_whole)]
Language = Literal["en", "ko"]


def with_example(**example: JsonValue) -> ConfigDict:
    """Return the configuration of a model whose description shows this example."""
    return ConfigDict(json_schema_extra={"examples": [example]})


class Body(BaseModel):
    """Base of all bodies but those that OpenAI's clients send."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, use_attribute_docstrings=True
    )


def as_json(body: Body) -> str:
    """Return a body as JSON; what has a default may be left out, and is where it holds that."""
    return body.model_dump_json(exclude_defaults=True)
