"""What the border lets through."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from server.schemas import ChatRequest, ScoreRequest


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
