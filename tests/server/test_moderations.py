"""Moderations by the fraud scorer, in OpenAI's shape."""

import json

import openai
import pytest
from flask.testing import FlaskClient

from server.engines import Engines
from server.moderations import ModerationRequest


def test_a_result_says_what_was_looked_for_and_nothing_else(library: openai.OpenAI) -> None:
    answer = library.moderations.create(input="please pay now")
    assert (answer.model, len(answer.results)) == ("fraud", 1)
    (result,) = answer.to_dict()["results"]
    assert result == {
        "flagged": True,
        "categories": {"fraud": True},
        "category_scores": {"fraud": 0.97},
        "category_applied_input_types": {"fraud": ["text"]},
        "verdict": "fraud",
        "kind": "parcel",
        "summary": "This looks like fraud. Don't do what it asks.",
    }


def test_nothing_found_is_never_called_safe(client: FlaskClient) -> None:
    for text, says in (("hello", "That is no proof"), ("안녕하세요", "안전하다는 뜻은 아닙니다")):
        (result,) = client.post("/v1/moderations", json={"input": text}).json["results"]
        assert (result["flagged"], result["verdict"]) == (False, "honest")
        assert says in result["summary"]


@pytest.mark.parametrize(
    ("given", "flags"),
    [
        ("pay", [True]),
        (["pay", "hello", "pay up"], [True, False, True]),
        ([{"type": "text", "text": "hello"}, {"type": "text", "text": "pay"}], [True]),
        ([{"type": "image_url", "image_url": {"url": "data:,"}}, {"type": "text", "text": "hello"}], [False]),
        (["hello"] * 256, [False] * 256),
    ],
)
@pytest.mark.parametrize("model", [None, "fraud", "omni-moderation-latest", "text-moderation-stable"])
def test_a_text_or_several_or_the_parts_of_one_may_be_sent(
    client: FlaskClient, engines: Engines, given: object, flags: list, model: str | None
) -> None:
    engines.engine._door.max_waiting = 256
    answer = client.post("/v1/moderations", json={"input": given, "model": model})
    assert [result["flagged"] for result in answer.json["results"]] == flags


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({}, 422, "input"),
        ({"input": ""}, 422, "at least 1"),
        ({"input": []}, 422, "at least 1"),
        ({"input": ["a", ""]}, 422, "input.1"),
        ({"input": [3]}, 422, "input.0"),
        ({"input": 3}, 422, "a text or a list expected"),
        ({"input": ["a"] * 257}, 422, "256"),
        ({"input": [{"type": "image_url"}]}, 422, "no text"),
        ({"input": "a", "model": "gpt-9"}, 404, "gpt-9"),
        ({"input": "a" * 4001, "strict": True}, 400, "strict: input.0: 4001 characters"),
        ({"input": "a", "metadata": {}, "strict": True}, 400, "strict: metadata"),
    ],
)
def test_what_cannot_be_judged_is_refused(client: FlaskClient, body: dict, status: int, says: str) -> None:
    refused = client.post("/v1/moderations", json=body)
    assert refused.status_code == status
    assert says in refused.json["error"]["message"]


def test_long_texts_are_cut_and_that_is_said_in_few_words(client: FlaskClient) -> None:
    answer = client.post("/v1/moderations", json={"input": ["a" * 4000, *["b" * 4001] * 6]})
    assert answer.json["notices"] == [
        f"input.{place}: 4001 characters; the first 4000 were read" for place in range(1, 7)
    ]
    assert answer.headers["X-Nlpbot-Notice"].endswith("input.4: 4001 characters; the first 4000 were read; and 2 more")


def test_the_library_gets_moderations(library: openai.OpenAI) -> None:
    answer = library.moderations.create(input=["please pay now", "hello"])
    assert [result.flagged for result in answer.results] == [True, False]
    assert library.moderations.create(input="please pay now").results[0].flagged


@pytest.mark.parametrize(
    ("given", "texts"),
    [("a", ["a"]), (["a", "b"], ["a", "b"]), ([{"text": "a"}, {"type": "image_url"}, {"text": "b"}], ["a\nb"])],
)
def test_texts_are_judged_each_by_itself_and_parts_together(given: object, texts: list) -> None:
    assert ModerationRequest.model_validate_json(json.dumps({"input": given})).texts == texts
