"""Errors as RFC 9457 problem documents, on /v1 as OpenAI has them."""

import math
from typing import Literal

import structlog
from flask import Flask, Response, has_request_context, request
from pydantic import Field, ValidationError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from nlpbot.core.kernel.errors import Closed, Locked, NlpbotError, Overloaded, RateLimited
from server.bodies import Body, as_json

__all__ = [
    "OpenAIError",
    "OpenAIErrorDetail",
    "Problem",
    "ProblemDocument",
    "invalid",
    "problem_body",
    "problem_response",
    "register_errors",
    "to_problem",
]

log = structlog.get_logger()
MOST_NAMED = 200
"""Characters of a field's name that are reported; clients may call their fields what they like."""
TITLES = {400: "Bad request", 401: "Not authorised", 403: "Refused", 404: "Not found", 405: "Method not allowed"}
TITLES |= {413: "Too large", 415: "Wrong content type", 422: "Not valid", 429: "Too many requests"}
TITLES |= {431: "Head too large", 499: "Client gone", 501: "Not made for this"}
TITLES |= {500: "Something went wrong here", 503: "Not ready"}


class Problem(Exception):
    """A refusal: a status and what is wrong with the request."""

    def __init__(self, status: int, detail: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.retry_after_s = retry_after_s


class ProblemDocument(Body):
    """What is wrong with a request (RFC 9457)."""

    type: Literal["about:blank"] = Field(examples=["about:blank"])
    """Always `about:blank`."""
    title: str = Field(examples=["Not valid"])
    """What the status means."""
    status: int = Field(examples=[422])
    """The status of the answer."""
    detail: str = Field(examples=["message: Field required"])
    """What is wrong, and where."""

    @classmethod
    def of(cls, status: int, detail: str) -> "ProblemDocument":
        """Return the document of a problem."""
        return cls(type="about:blank", title=TITLES.get(status, "Error"), status=status, detail=detail)


class OpenAIErrorDetail(Body):
    """What is wrong with a request, as OpenAI's clients read it."""

    message: str = Field(examples=["messages: Field required"])
    """What is wrong, and where."""
    type: Literal["invalid_request_error", "server_error"] = Field(examples=["invalid_request_error"])
    """Whose fault it is."""
    param: None = Field(examples=[None])
    """Always null: the message names the field."""
    code: None = Field(examples=[None])
    """Always null."""


class OpenAIError(Body):
    """A problem in OpenAI's shape."""

    error: OpenAIErrorDetail
    """What is wrong."""

    @classmethod
    def of(cls, status: int, detail: str) -> "OpenAIError":
        """Return a problem as OpenAI's clients read it."""
        fault: Literal["invalid_request_error", "server_error"] = (
            "server_error" if status >= 500 else "invalid_request_error"
        )
        return cls(error=OpenAIErrorDetail(message=detail, type=fault, param=None, code=None))


def problem_body(path: str, status: int, detail: str) -> tuple[bytes, str]:
    """Return the body of a problem, as the clients of a path read it, and its content type."""
    detail = detail.encode(errors="replace").decode()  # the name of a file may hold bytes that are no text
    if path.startswith("/v1/"):
        return as_json(OpenAIError.of(status, detail)).encode(), "application/json"
    return as_json(ProblemDocument.of(status, detail)).encode(), "application/problem+json"


def problem_response(status: int, detail: str, *, retry_after_s: float | None = None) -> Response:
    """Return the response of a problem."""
    body, mimetype = problem_body(request.path, status, detail)
    response = Response(body, status, mimetype=mimetype)
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(max(math.ceil(retry_after_s), 1))
    return response


def invalid(error: ValidationError) -> Problem:
    """Return what is wrong with the body of a request; anywhere else such an error is a failure of this server."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    named = [str(part) for part in first["loc"] if "[" not in str(part)]  # in brackets stands how it was checked
    where = ".".join(named)[:MOST_NAMED]
    return Problem(400 if first["type"] == "json_invalid" else 422, f"{where or 'body'}: {first['msg']}")


def to_problem(error: Exception) -> Problem:
    """Return what a failure is to the client; what is nobody's business stays in the log."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Overloaded):
        status = 429 if isinstance(error, RateLimited) else 503
        return Problem(status, str(error), retry_after_s=error.retry_after_s)
    if isinstance(error, Closed | Locked):
        return Problem(503, str(error), retry_after_s=5)
    if isinstance(error, NlpbotError):
        return Problem(422, str(error))
    if isinstance(error, TimeoutError):
        return Problem(503, "this took too long; try again in a moment", retry_after_s=5)
    if isinstance(error, HTTPException):
        return Problem(error.code or 500, error.description or "")
    path = request.path if has_request_context() else None  # a stream outlives its request
    log.error("request failed", path=path, exc_info=error)
    return Problem(500, "this request failed here; it was logged")


def register_errors(app: Flask) -> None:
    """Answer every failure of a request with a problem."""

    def answer(error: Exception) -> Response:
        problem = to_problem(error)
        response = problem_response(problem.status, problem.detail, retry_after_s=problem.retry_after_s)
        if isinstance(error, MethodNotAllowed):
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return response

    app.register_error_handler(Exception, answer)
