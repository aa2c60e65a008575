"""Conversations over HTTP: listed, read, deleted, and nobody else's business."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from nlpbot.assistant.store import Store
from nlpbot.parts import CHAT
from server.app import create_app
from server.config import ServerSettings
from server.engines import Engines


def _ask(client: FlaskClient, message: str, **more: object) -> dict:
    response = client.post("/api/chat", json={"message": message, **more})
    assert response.status_code == 200, response.text
    return response.json


def test_a_conversation_goes_on_is_listed_read_and_deleted(client: FlaskClient) -> None:
    conversation = _ask(client, "my name is Anna")["conversation"]
    assert "Anna" in _ask(client, "what is my name?", conversation=conversation)["reply"]["text"]
    (line,) = client.get("/api/conversations").json["conversations"]
    assert (line["id"], line["title"]) == (conversation, "my name is Anna")
    messages = client.get(f"/api/conversations/{conversation}").json["messages"]
    assert [message["role"] for message in messages] == ["user", "assistant"] * 2
    assert client.delete(f"/api/conversations/{conversation}").status_code == 204
    assert client.get(f"/api/conversations/{conversation}").status_code == 404
    assert client.get("/api/conversations").json == {"conversations": []}


@pytest.mark.parametrize("method", ["get", "delete"])
def test_another_users_conversation_is_not_there(app: Flask, client: FlaskClient, method: str) -> None:
    conversation = _ask(client, "my secret")["conversation"]
    stranger = app.test_client()
    refused = getattr(stranger, method)(f"/api/conversations/{conversation}")
    assert (refused.status_code, refused.mimetype) == (404, "application/problem+json")
    assert "secret" not in refused.text
    assert stranger.post("/api/chat", json={"message": "hi", "conversation": conversation}).status_code == 404
    assert stranger.get("/api/conversations").json == {"conversations": []}
    assert len(client.get(f"/api/conversations/{conversation}").json["messages"]) == 2


def test_a_reply_is_read_as_it_was_answered(client: FlaskClient) -> None:
    for message in ("what is smishing?", "is this a scam? Parcel held, pay 2 at parcel-desk.example"):
        answer = _ask(client, message)
        asked, replied = client.get(f"/api/conversations/{answer['conversation']}").json["messages"]
        assert (asked["role"], asked["text"], asked["reply"]) == ("user", message, None)
        assert (replied["role"], replied["text"]) == ("assistant", answer["reply"]["text"])
        assert replied["reply"] == answer["reply"]


def test_without_the_chat_part_what_was_said_stays_readable(
    client: FlaskClient, settings: ServerSettings, engines: Engines, store: Store
) -> None:
    conversation = _ask(client, "what is smishing?")["conversation"]
    cookie = client.get_cookie("nlpbot")
    assert cookie is not None
    chatless = Engines(engines.engine, [each for each in engines.served if each.slot.part is not CHAT])
    reader = create_app(settings, chatless, store).test_client()
    reader.set_cookie("nlpbot", cookie.value)
    assert len(reader.get(f"/api/conversations/{conversation}").json["messages"]) == 2
