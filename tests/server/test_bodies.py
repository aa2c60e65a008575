"""What the border lets through."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from server.bodies import Body, Whole, as_json
from server.chat import ChatRequest
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


def test_what_need_not_be_said_is_left_out() -> None:
    assert as_json(Size(size=3)) == '{"size":3.0}'
    assert as_json(Size(size=3, notices=["cut"])) == '{"size":3.0,"notices":["cut"]}'


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
