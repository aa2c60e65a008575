"""What can be done at a path, as the OpenAPI document and /docs tell it."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from server.bodies import Body

__all__ = ["Access", "Operation", "Parameter"]

Access = Literal["anyone", "owner", "key"]
"""Who may ask: anyone, the cookie's owner about what is his, or whoever has the API key where one is set."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A part of a path that is filled in."""

    name: str
    description: str
    example: str


@dataclass(frozen=True, slots=True)
class Operation:
    """What can be done at a path.

    Attributes:
        path: its parameters in braces.
        method: of HTTP.
        summary: a sentence.
        body: what is sent, or None.
        answer: what comes back, or None.
        status: of success.
        stream: how the answer looks where it is streamed as events, or None where it can't be.
        access: who may ask.
        parameters: those of the path.
    """

    path: str
    method: Literal["get", "post", "delete"]
    summary: str
    body: type[BaseModel] | None = None
    answer: type[Body] | None = None
    status: int = 200
    stream: str | None = None
    access: Access = "anyone"
    parameters: tuple[Parameter, ...] = ()
