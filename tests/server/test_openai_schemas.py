"""What OpenAI's clients may send, and what is refused."""

import json

import pytest
from pydantic import ValidationError

from server.openai_schemas import ChatCompletionRequest, CompletionRequest, ModerationRequest


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


@pytest.mark.parametrize("role", ["system", "developer", "user", "assistant", "tool", "function"])
def test_anybody_may_have_said_something(role: str) -> None:
    (message,) = chat([{"role": role, "content": "hi"}]).messages
    assert (message.role, message.text) == (role, "hi")


def test_openais_clients_may_send_more_than_is_known() -> None:
    body = chat([{"role": "user", "content": "hi", "name": "ann"}], temperature=1, user="x")
    assert body.messages[0].text == "hi"
    assert body.unknown == ["temperature: not offered here", "user: not offered here"]


def test_the_texts_of_a_message_are_read_together() -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "image_url"}, {"type": "text", "text": "b"}]
    assert chat([{"role": "user", "content": parts}]).messages[0].text == "a\nb"
    assert chat([{"role": "user", "content": None}]).messages[0].text == ""


@pytest.mark.parametrize(
    ("given", "texts"),
    [("a", ["a"]), (["a", "b"], ["a", "b"]), ([{"text": "a"}, {"type": "image_url"}, {"text": "b"}], ["a\nb"])],
)
def test_texts_are_judged_each_by_itself_and_parts_together(given: object, texts: list) -> None:
    assert ModerationRequest.model_validate_json(json.dumps({"input": given})).texts == texts


def chat(messages: list, **more: object) -> ChatCompletionRequest:
    return ChatCompletionRequest.model_validate_json(json.dumps({"messages": messages, **more}))
