"""Each failure is a problem document, or OpenAI's error on /v1; what is nobody's business stays in the log."""

from typing import Annotated

import pytest
from flask import Flask
from pydantic import AfterValidator, BaseModel, Field, ValidationError

from nlpbot.core.kernel.errors import BundleError, Closed, Locked, Overloaded, RateLimited
from server.errors import Problem, invalid, problem_body, register_errors, to_problem


class Body(BaseModel):
    size: int


def _invalid(text: str) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        Body.model_validate_json(text)
    return caught.value


FAILURES = [
    (Problem(404, "no such conversation"), 404, "no such conversation"),
    (_invalid('{"size": "many"}'), 500, "it was logged"),
    (Overloaded("full", retry_after_s=2.2), 503, "full"),
    (RateLimited("too many", retry_after_s=2.2), 429, "too many"),
    (Closed("stopping"), 503, "stopping"),
    (Locked("another program holds it"), 503, "another program holds it"),
    (BundleError("a.json: damaged"), 422, "a.json: damaged"),
    (TimeoutError(), 503, "took too long"),
    (RuntimeError("the password is hunter2"), 500, "it was logged"),
]


def _app(error: Exception) -> Flask:
    app = Flask(__name__)
    register_errors(app)

    @app.get("/api/fails", endpoint="api")
    @app.get("/v1/fails", endpoint="v1")
    def fails() -> str:
        raise error

    return app


@pytest.mark.parametrize(("error", "status", "says"), FAILURES)
def test_a_failure_is_a_problem_document(error: Exception, status: int, says: str) -> None:
    response = _app(error).test_client().get("/api/fails")
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert response.json["status"] == status
    assert says in response.json["detail"]
    assert "hunter2" not in response.text


@pytest.mark.parametrize(("error", "status", "says"), FAILURES)
def test_on_v1_it_is_openais_error(error: Exception, status: int, says: str) -> None:
    response = _app(error).test_client().get("/v1/fails")
    assert (response.status_code, response.mimetype) == (status, "application/json")
    assert says in response.json["error"]["message"]
    assert response.json["error"]["type"] == ("server_error" if status >= 500 else "invalid_request_error")


def test_it_says_when_to_come_back() -> None:
    assert _app(Overloaded("full", retry_after_s=2.2)).test_client().get("/api/fails").headers["Retry-After"] == "3"
    for error in (Closed("stopping"), Locked("held")):
        assert int(_app(error).test_client().get("/api/fails").headers["Retry-After"]) >= 1


def test_a_wrong_method_is_told_the_right_ones() -> None:
    response = _app(ValueError()).test_client().post("/api/fails")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_what_is_no_json_is_another_error_than_what_is_not_valid() -> None:
    assert [invalid(_invalid(text)).status for text in ("{", '{"size": "many"}')] == [400, 422]


def test_a_field_is_named_without_how_it_was_checked() -> None:
    class Stop(BaseModel):
        stop: Annotated[str, AfterValidator(str.strip), Field(min_length=1)] | list[str]

    with pytest.raises(ValidationError) as caught:
        Stop.model_validate_json('{"stop": 1}')
    assert invalid(caught.value).detail == "stop: Input should be a valid string"


def test_a_failure_after_the_request_is_a_problem_too() -> None:
    assert to_problem(RuntimeError("a stream broke")).status == 500


@pytest.mark.parametrize("path", ["/api/chat", "/v1/models"])
def test_a_file_whose_name_is_no_text_can_be_told_of(path: str) -> None:
    body, _ = problem_body(path, 422, "/home/\udcff/bundles: damaged")
    assert b"/home/?/bundles: damaged" in body
