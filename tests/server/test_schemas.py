"""What the border lets through."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from nlpbot.core.values import read_values
from nlpbot.fraud.judgement import judge
from nlpbot.fraud.predictor import Verdict
from nlpbot.fraud.thresholds import VERDICTS
from nlpbot.fraud.wording import Wording, wording_files
from server.schemas import ChatRequest, Judgement, ScoreRequest


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


@pytest.mark.parametrize("name", VERDICTS)
def test_every_verdict_has_its_place_in_a_judgement(name: str) -> None:
    wording = read_values(wording_files(), Wording)
    judged = asdict(judge("hello", Verdict(name, 0.5), "en", wording, synthetic=True))  # type: ignore[arg-type]
    assert Judgement.model_validate_json(json.dumps(judged)).verdict == name
