"""What may be sent to /v1/completions, and what is refused."""

import json

import pytest
from pydantic import ValidationError

from server.completions.schemas import CompletionRequest, LogProbs


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_tokens": 0},
        {"temperature": -1},
        {"top_p": 0},
        {"top_p": float("nan")},
        {"temperature": float("inf")},
        {"n": 0},
        {"n": 9},
        {"logprobs": 6},
        {"stop": ""},
        {"stop": ["a", ""]},
        {"stop": ["a"] * 5},
        {"stop": "a" * 101},
        {"min_p": 1.1},
        {"repetition_penalty": 0},
        {"no_repeat_ngram": -1},
        {"seed": -1},
        {"prompt": "\0"},
        {"prompt": ["a"] * 17},
        {"prompt": ["a"] * 3, "n": 6},
    ],
)
def test_completions_beyond_the_limits_are_refused(wrong: dict) -> None:
    with pytest.raises(ValidationError):
        CompletionRequest.model_validate_json(json.dumps(wrong))


@pytest.mark.parametrize(("stop", "stops"), [(None, ()), ("a", ("a",)), (["a", "b"], ("a", "b")), ([], ())])
def test_one_stop_text_or_some_may_be_sent(stop: object, stops: tuple) -> None:
    assert CompletionRequest.model_validate_json(json.dumps({"stop": stop})).stop == stops


def test_log_probabilities_of_pieces_follow_one_another() -> None:
    first, second = (
        LogProbs(tokens=[token], token_logprobs=[-1.0], top_logprobs=[{token: -1.0}], text_offset=[place])
        for place, token in enumerate("ab")
    )
    assert LogProbs.joined([first, second]) == LogProbs(
        tokens=["a", "b"], token_logprobs=[-1.0] * 2, top_logprobs=[{"a": -1.0}, {"b": -1.0}], text_offset=[0, 1]
    )
