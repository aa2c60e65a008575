"""What may be sent to /v1/chat/completions."""

import json

import pytest

from server.chat_completions.schemas import ChatCompletionRequest, ChatDelta, ResponseFormat


def chat(messages: list, **more: object) -> ChatCompletionRequest:
    return ChatCompletionRequest.model_validate_json(json.dumps({"messages": messages, **more}))


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


@pytest.mark.parametrize(("kind", "is_json"), [("text", False), ("json_object", True), ("json_schema", True)])
def test_json_is_asked_for_by_the_form(kind: str, is_json: bool) -> None:
    assert ResponseFormat(type=kind).is_json is is_json


def test_a_piece_that_adds_nothing_is_empty() -> None:
    assert ChatDelta().model_dump(exclude_defaults=True) == {}
