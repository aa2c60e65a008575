"""Scoring and feedback over HTTP."""

import sqlite3
import threading
import time
from collections.abc import Generator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from nlpbot.assistant.store import Store
from nlpbot.fraud.predictor import Verdict
from nlpbot.parts import CHAT, FRAUD
from server.app import create_app
from server.config import ServerSettings
from server.engines import Engines

SCORE = "/api/fraud/score"


def test_each_message_gets_its_verdict_in_the_same_order(client: FlaskClient) -> None:
    verdicts = client.post(SCORE, json={"messages": ["dinner?", "pay now", "안녕하세요"]}).json["verdicts"]
    assert [verdict["verdict"] for verdict in verdicts] == ["honest", "fraud", "honest"]
    assert [verdict["text"] for verdict in verdicts] == ["dinner?", "pay now", "안녕하세요"]
    assert "safe" not in verdicts[0]["summary"].lower().replace("safety", "")


def test_words_are_shown_where_they_are_asked_for(client: FlaskClient) -> None:
    (verdict,) = client.post(SCORE, json={"messages": ["please pay"], "explain": True}).json["verdicts"]
    assert verdict["spans"] == [{"start": 7, "end": 10, "weight": 2.0}]


def test_a_language_that_was_chosen_is_that_of_the_words(client: FlaskClient) -> None:
    say = [client.post(SCORE, json={"messages": ["pay"], "language": name}).json for name in ("en", "ko")]
    assert say[0]["verdicts"][0]["summary"] != say[1]["verdicts"][0]["summary"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"messages": []}, "at least 1"),
        ({"messages": ["a"] * 257}, "at most 256"),
        ({"messages": ["a"] * 9, "explain": True}, "at most 8"),
        ({"messages": "pay now"}, "array"),
        ({"messages": [""]}, "at least 1"),
        ({"messages": ["a" * 4001]}, "at most 4000"),
        ({"messages": ["a"], "extra": 1}, "extra"),
    ],
)
def test_wrong_bodies_are_refused(client: FlaskClient, body: dict, says: str) -> None:
    refused = client.post(SCORE, json=body)
    assert (refused.status_code, refused.mimetype) == (422, "application/problem+json")
    assert says in refused.json["detail"].lower()


def test_a_full_queue_refuses_with_a_time_to_come_back(client: FlaskClient, engines: Engines, rules: Any) -> None:
    rules.gate.clear()
    engines.service(FRAUD).score.submit_all(["a"] * 300)  # as many as the fixture's engine lets wait
    refused = client.post(SCORE, json={"messages": ["a"] * 9})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")


def test_a_failing_request_harms_no_other(client: FlaskClient, engines: Engines, rules: Any) -> None:
    rules.gate.clear()
    before = engines.service(FRAUD).score.submit("first")
    while not before.running():
        time.sleep(0.001)
    answers: dict[str, int] = {}

    def ask(message: str) -> None:
        answers[message] = client.application.test_client().post(SCORE, json={"messages": [message]}).status_code

    threads = [threading.Thread(target=ask, args=(message,)) for message in ("explode", "pay", "dinner?")]
    for thread in threads:
        thread.start()
    while engines.engine.waiting < 3:
        time.sleep(0.001)
    rules.gate.set()
    for thread in threads:
        thread.join(20)
    assert answers == {"explode": 500, "pay": 200, "dinner?": 200}
    assert client.post(SCORE, json={"messages": ["still there?"]}).status_code == 200


def test_others_are_answered_while_messages_are_explained(client: FlaskClient, engines: Engines) -> None:
    done, sliced = threading.Event(), threading.Semaphore(0)

    def explaining(_message: str) -> Generator[None, None, Verdict]:
        while not done.is_set():
            sliced.release()
            yield
        return Verdict("honest", 0.02)

    (scorer,) = (each for each in engines.served if each.slot.part is FRAUD)
    engines.serve(replace(scorer, service=replace(scorer.service, explain=engines.engine.add_tasks(explaining))))
    answers: list[int] = []

    def explain() -> None:
        asked = client.application.test_client().post(SCORE, json={"messages": ["dinner?"], "explain": True})
        answers.append(asked.status_code)

    threads = [threading.Thread(target=explain) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert sliced.acquire(timeout=20)
    assert client.post(SCORE, json={"messages": ["pay"]}).json["verdicts"][0]["verdict"] == "fraud"
    assert client.post("/api/chat", json={"message": "what is smishing?"}).status_code == 200
    assert answers == []
    done.set()
    for thread in threads:
        thread.join(20)
    assert answers == [200] * 4


def test_feedback_is_kept(client: FlaskClient, store: Store, settings: ServerSettings) -> None:
    answer = client.post("/api/fraud/feedback", json={"text": "pay now", "verdict": "fraud"})
    assert (answer.status_code, answer.json) == (202, {"kept": True})
    with sqlite3.connect(settings.home / "nlpbot.sqlite") as database:
        assert database.execute("SELECT text, verdict FROM feedback").fetchall() == [("pay now", "fraud")]
    database.close()
    assert client.post("/api/fraud/feedback", json={"text": "x", "verdict": "unsure"}).status_code == 422


def test_feedback_is_kept_where_no_chat_is_served(settings: ServerSettings, engines: Engines, store: Store) -> None:
    chatless = Engines(engines.engine, [each for each in engines.served if each.slot.part is not CHAT])
    scorer = create_app(settings, chatless, store).test_client()
    assert scorer.post("/api/fraud/feedback", json={"text": "hi", "verdict": "honest"}).status_code == 202


def test_scoring_wants_the_key_where_one_is_set(settings: ServerSettings, engines: Engines, store: Store) -> None:
    locked = create_app(settings.model_copy(update={"api_key": "k" * 16}), engines, store).test_client()
    assert locked.post(SCORE, json={"messages": ["hi"]}).status_code == 401
    allowed = locked.post(SCORE, json={"messages": ["hi"]}, headers={"Authorization": "Bearer " + "k" * 16})
    assert allowed.status_code == 200
