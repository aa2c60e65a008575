"""Text classifiers over HTTP."""

import json

import pytest
from flask.testing import FlaskClient

from nlpbot.classify import predictor
from server.classify import Prediction
from server.engines import Engines

CLASSIFY = "/api/classify"


def test_each_text_gets_its_likeliest_labels_in_the_same_order(client: FlaskClient) -> None:
    answer = client.post(CLASSIFY, json={"texts": ["will it rain", "a song"], "top": 2})
    assert answer.status_code == 200
    assert answer.json["predictions"] == [
        {
            "label": "weather",
            "probability": 0.7,
            "probabilities": [{"label": "weather", "probability": 0.7}, {"label": "other", "probability": 0.2}],
        },
        {
            "label": "play",
            "probability": 0.5,
            "probabilities": [{"label": "play", "probability": 0.5}, {"label": "weather", "probability": 0.25}],
        },
    ]


def test_of_many_labels_five_are_named() -> None:
    many = predictor.Prediction("0", 0.1, {str(k): 0.1 for k in range(10)})
    assert len(Prediction.from_predicted(many, 5).probabilities) == 5


def test_a_classifier_is_chosen_by_its_slot(client: FlaskClient) -> None:
    assert client.post(CLASSIFY, json={"texts": ["rain"], "model": "classify"}).status_code == 200
    refused = client.post(CLASSIFY, json={"texts": ["rain"], "model": "gpt-9"})
    assert (refused.status_code, refused.mimetype) == (404, "application/problem+json")
    assert "gpt-9" in refused.json["detail"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "texts: field required"),
        ({"texts": []}, "at least 1"),
        ({"texts": ["a"] * 257}, "at most 256"),
        ({"texts": "a"}, "array"),
        ({"texts": ["a", ""]}, "texts.1"),
        ({"texts": ["a" * 4001]}, "at most 4000"),
        ({"texts": ["\0"]}, "u+0000"),
        ({"texts": ["a"], "top": 0}, "top: input should be greater"),
        ({"texts": ["a"], "extra": 1}, "extra"),
    ],
)
def test_wrong_bodies_are_refused(client: FlaskClient, body: dict, says: str) -> None:
    refused = client.post(CLASSIFY, data=json.dumps(body), content_type="application/json")
    assert (refused.status_code, refused.mimetype) == (422, "application/problem+json")
    assert says in refused.json["detail"].lower()


def test_it_is_refused_while_nothing_more_is_taken(client: FlaskClient, engines: Engines) -> None:
    engines.engine.close()
    refused = client.post(CLASSIFY, json={"texts": ["a"]})
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) >= 1
