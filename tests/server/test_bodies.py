"""What the border lets through."""

import json

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from server.bodies import Body, Whole, answer, body_as
from server.chat import ChatRequest
from server.errors import Problem
from server.fraud import ScoreRequest


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), min_size=1, max_size=200))
def test_any_storable_text_passes_as_it_is(text: str) -> None:
    assert ChatRequest.model_validate_json(json.dumps({"message": text})).message == text


@pytest.mark.parametrize("text", ["\0", "a\0", "\ud800", "a\udfffb"])
def test_what_databases_choke_on_does_not(text: str) -> None:
    for body in ({"message": text}, {"message": "a", "pasted": text}):
        with pytest.raises(ValidationError):
            ChatRequest.model_validate_json(json.dumps(body))
    with pytest.raises(ValidationError):
        ScoreRequest.model_validate_json(json.dumps({"messages": ["fine", text]}))


class Size(Body):
    size: float
    notices: list[str] = []


@pytest.mark.parametrize(
    ("body", "kind", "status", "says"),
    [
        ("{", "application/json", 400, "body: Invalid JSON"),
        ("[]", "application/json", 422, "object"),
        ('{"size": "3"}', "application/json", 422, "size: Input should be a valid number"),
        ('{"size": 3, "colour": "red"}', "application/json", 422, "colour: Extra"),
        ('{"size": 3}', "text/plain", 415, "application/json wanted"),
    ],
)
def test_what_is_no_such_body_is_refused(body: str, kind: str, status: int, says: str) -> None:
    with Flask(__name__).test_request_context(data=body, content_type=kind), pytest.raises(Problem) as refused:
        body_as(Size)
    assert refused.value.status == status
    assert says in refused.value.detail


def test_an_answer_leaves_out_what_it_need_not_say() -> None:
    assert answer(Size(size=3)).json == {"size": 3.0}
    said = answer(Size(size=3, notices=["cut"]), 202)
    assert (said.status_code, said.mimetype, said.json) == (202, "application/json", {"size": 3.0, "notices": ["cut"]})


@pytest.mark.parametrize("wrong", [float("nan"), "3", None])
def test_an_answer_that_does_not_fit_its_schema_is_never_made(wrong: object) -> None:
    with pytest.raises(ValidationError):
        Size(size=wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(("sent", "read"), [("3", 3), ("3.0", 3), ("3.5", None), ('"3"', None), ("1e400", None)])
def test_a_number_is_whole_as_json_has_it(sent: str, read: int | None) -> None:
    class Count(Body):
        count: Whole

    if read is None:
        with pytest.raises(ValidationError):
            Count.model_validate_json(f'{{"count": {sent}}}')
    else:
        assert Count.model_validate_json(f'{{"count": {sent}}}').count == read
