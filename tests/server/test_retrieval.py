"""Retrievers over HTTP."""

import pytest
from flask.testing import FlaskClient

from nlpbot.retrieval.service import MOST_HITS
from server.retrieval import MAX_HITS

SEARCH = "/api/retrieval/search"


def test_each_question_finds_topics_best_first_in_the_same_order(client: FlaskClient) -> None:
    answer = client.post(SEARCH, json={"questions": ["what is smishing?", "hello"], "most": 2})
    assert answer.status_code == 200
    first, second = answer.json["results"]
    assert first["hits"][0] == {
        "id": "smishing",
        "title": "What is smishing?",
        "answer": "Fraud by text message, one word at a time.",
        "score": 1.0,
    }
    assert [hit["score"] for hit in first["hits"]] == [1.0, 0.5]
    assert second["hits"][0]["id"] == "greeting"


def test_a_retriever_is_chosen_by_its_slot(client: FlaskClient) -> None:
    assert client.post(SEARCH, json={"questions": ["hello"], "model": "retrieval"}).status_code == 200
    refused = client.post(SEARCH, json={"questions": ["hello"], "model": "lm"})
    assert (refused.status_code, refused.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"questions": []}, "at least 1"),
        ({"questions": ["a"] * 257}, "at most 256"),
        ({"questions": ["a" * 4001]}, "at most 4000"),
        ({"questions": ["a"], "most": 0}, "most"),
        ({"questions": ["a"], "most": 51}, "most"),
        ({"questions": ["a"], "top": 3}, "extra"),
    ],
)
def test_wrong_bodies_are_refused(client: FlaskClient, body: dict, says: str) -> None:
    refused = client.post(SEARCH, json=body)
    assert (refused.status_code, refused.mimetype) == (422, "application/problem+json")
    assert says in refused.json["detail"].lower()


def test_no_more_can_be_asked_for_than_is_found() -> None:
    assert MAX_HITS == MOST_HITS
