"""How bodies are read from requests, and written into responses."""

from typing import TypeVar

from flask import Response, request
from pydantic import BaseModel, ValidationError

from server.bodies import Body, as_json
from server.errors import Problem, invalid

__all__ = ["answer", "body_as"]

B = TypeVar("B", bound=BaseModel)


def body_as(model: type[B]) -> B:
    """Return the body of the request as that model.

    Raises:
        Problem: the content type is not JSON, or the body is not JSON or not valid.
    """
    if request.mimetype != "application/json":
        raise Problem(415, "Content-Type: application/json expected")
    try:
        return model.model_validate_json(request.get_data())
    except ValidationError as error:
        raise invalid(error) from error


def answer(body: Body, status: int = 200) -> Response:
    """Return the response that holds a body."""
    return Response(as_json(body) + "\n", status, mimetype="application/json")
