"""A message to the assistant over HTTP: answered as JSON, or as events."""

import json

import pytest
from flask.testing import FlaskClient

from nlpbot.assistant.store import Store
from nlpbot.parts import CHAT, FRAUD
from server.app import create_app
from server.config import ServerSettings
from server.engines import Engines

SCAM = "is this a scam? Parcel held, pay 2 at parcel-desk.example"


def _ask(client: FlaskClient, message: str, **more: object) -> dict:
    response = client.post("/api/chat", json={"message": message, **more})
    assert response.status_code == 200, response.text
    return response.json


def _events(text: str) -> list[tuple[str, dict]]:
    blocks = [block.split("\n") for block in text.strip().split("\n\n")]
    return [(head.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for head, data in blocks]


def test_a_question_is_answered(client: FlaskClient) -> None:
    answer = _ask(client, "what is smishing?")
    assert answer["reply"]["text"] == "Fraud by text message, one word at a time."
    assert answer["reply"]["kind"] == "answer"
    assert answer["reply"]["judgement"] is None


def test_a_pasted_message_is_judged_with_its_words(client: FlaskClient) -> None:
    judgement = _ask(client, SCAM)["reply"]["judgement"]
    assert (judgement["verdict"], judgement["text"]) == ("fraud", SCAM.removeprefix("is this a scam? "))
    (span,) = judgement["spans"]
    assert judgement["text"][span["start"] : span["end"]] == "pay"
    assert judgement["advice"]


def test_events_hold_the_same_as_the_json(client: FlaskClient) -> None:
    response = client.post("/api/chat", json={"message": SCAM}, headers={"Accept": "text/event-stream"})
    assert response.mimetype == "text/event-stream"
    events = _events(response.text)
    assert [name for name, _ in events if name != "delta"] == ["start", "judgement", "done"]
    whole = events[-1][1]
    assert "".join(data["text"] for name, data in events if name == "delta") == whole["reply"]["text"]
    assert events[0][1] == {"conversation": whole["conversation"]}
    assert events[1][1] == whole["reply"]["judgement"]
    kept = client.get(f"/api/conversations/{whole['conversation']}").json["messages"]
    assert kept[1]["reply"] == whole["reply"]


def test_a_reply_is_in_the_language_that_was_chosen(client: FlaskClient) -> None:
    assert _ask(client, "???", language="ko")["reply"]["language"] == "ko"


def test_without_the_scam_part_nothing_is_judged(settings: ServerSettings, engines: Engines, store: Store) -> None:
    scorerless = Engines(engines.engine, [each for each in engines.served if each.slot.part is not FRAUD])
    reply = _ask(create_app(settings, scorerless, store).test_client(), SCAM)["reply"]
    assert (reply["judgement"], reply["kind"]) == (None, "unknown")


def test_without_the_chat_part_there_is_no_conversation(
    settings: ServerSettings, engines: Engines, store: Store
) -> None:
    chatless = Engines(engines.engine, [each for each in engines.served if each.slot.part is not CHAT])
    refused = create_app(settings, chatless, store).test_client().post("/api/chat", json={"message": "hi"})
    assert (refused.status_code, refused.json["detail"]) == (503, "no chatbot is served here")


def test_a_stream_beyond_the_limit_is_refused_by_its_status(client: FlaskClient) -> None:
    expected = {"json": {"message": "what is smishing?"}, "headers": {"Accept": "text/event-stream"}}
    open_streams = [client.post("/api/chat", **expected, buffered=False) for _ in range(2)]
    refused = client.post("/api/chat", **expected)
    assert (refused.status_code, refused.mimetype) == (503, "application/problem+json")
    assert int(refused.headers["Retry-After"]) >= 1
    for stream in open_streams:
        stream.close()
    assert client.post("/api/chat", **expected).status_code == 200


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("Text/Event-Stream", "text/event-stream"),
        ("text/event-stream, application/json;q=0.5", "text/event-stream"),
        ("text/event-stream;q=0", "application/json"),
        ("application/json, text/event-stream;q=0.1", "application/json"),
        ("text/event-streams", "application/json"),
        ("*/*", "application/json"),
    ],
)
def test_a_stream_comes_where_it_is_liked_best(client: FlaskClient, accept: str, expected: str) -> None:
    answer = client.post("/api/chat", json={"message": "hi"}, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, expected)
