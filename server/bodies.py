"""What all bodies have in common: their base, the texts they hold, and how they are read and written.

The words under a field are its description, in the OpenAPI document and at /docs.
"""

import re
from typing import Annotated, Literal, TypeVar

from flask import Response, request
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.config import JsonValue

from server.errors import Problem, invalid

__all__ = [
    "MAX_BATCH",
    "MAX_MESSAGE",
    "Body",
    "Language",
    "Storable",
    "Text",
    "Whole",
    "answer",
    "as_json",
    "body_as",
    "with_example",
]

MAX_MESSAGE = 4000
"""Characters of a message."""
MAX_BATCH = 256
"""Texts of a request."""
NOT_TEXT = re.compile("[\0\ud800-\udfff]")
B = TypeVar("B", bound=BaseModel)


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


def body_as(model: type[B]) -> B:
    """Return the body of the request as that model.

    Raises:
        Problem: the content type is not JSON, or the body is not JSON or not valid.
    """
    if request.mimetype != "application/json":
        raise Problem(415, "Content-Type: application/json wanted")
    try:
        return model.model_validate_json(request.get_data())
    except ValidationError as error:
        raise invalid(error) from error


def as_json(body: Body) -> str:
    """Return a body as JSON; what has a default may be left out, and is where it holds that."""
    return body.model_dump_json(exclude_defaults=True)


def answer(body: Body, status: int = 200) -> Response:
    """Return the response that holds a body."""
    return Response(as_json(body) + "\n", status, mimetype="application/json")
