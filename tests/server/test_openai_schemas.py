"""What OpenAI's clients may send, and what is refused."""

import json

import pytest
from pydantic import ValidationError

from server.openai_schemas import ChatCompletionRequest, CompletionRequest


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_tokens": 0},
        {"max_tokens": 4096},
        {"temperature": -1},
        {"top_p": 0},
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
        {"frequency_penalty": 0.5},
        {"presence_penalty": -1},
        {"seed": -1},
        {"prompt": "a" * 20_001},
        {"prompt": "\0"},
    ],
)
def test_completions_beyond_the_limits_are_refused(wrong: dict) -> None:
    with pytest.raises(ValidationError):
        CompletionRequest.model_validate_json(json.dumps(wrong))


@pytest.mark.parametrize(("stop", "stops"), [(None, ()), ("a", ("a",)), (["a", "b"], ("a", "b")), ([], ())])
def test_one_stop_text_or_some_may_be_sent(stop: object, stops: tuple) -> None:
    assert CompletionRequest.model_validate_json(json.dumps({"stop": stop})).stops == stops


def test_openais_clients_may_send_more_than_is_known() -> None:
    body = {"messages": [{"role": "user", "content": "hi", "name": "ann"}], "temperature": 1, "user": "x"}
    assert ChatCompletionRequest.model_validate_json(json.dumps(body)).messages[0].content == "hi"
