"""Vectors of texts: by OpenAI's own client library, and in both of its formats."""

import json
from pathlib import Path

import openai
import pytest
from flask.testing import FlaskClient

from nlpbot.core.serving.embeddings import TextEmbedding
from nlpbot.parts import SENTENCES
from nlpbot.sentences.service import SentencesService
from nlpbot.slots import Slot
from server.engines import Engines, Served


def test_the_library_gets_a_vector_for_each_text(library: openai.OpenAI) -> None:
    answer = library.embeddings.create(model="retrieval", input=["where is it?", "it is here now"])
    assert [each.index for each in answer.data] == [0, 1]
    assert [each.embedding for each in answer.data] == [
        pytest.approx([-0.8, 0.6, 0.0]),
        pytest.approx([0.6, -0.8, 0.0]),
    ]
    assert (answer.model, answer.usage.prompt_tokens, answer.usage.total_tokens) == ("retrieval", 7, 7)


def test_both_formats_hold_the_same(library: openai.OpenAI, client: FlaskClient) -> None:
    numbers, text = (
        client.post("/v1/embeddings", json={"input": "hello", "encoding_format": name}).json["data"][0]["embedding"]
        for name in ("float", "base64")
    )
    assert numbers == [0.6, -0.8, 0.0]
    assert text == "mpkZP83MTL8AAAAA"  # 0.6, -0.8 and 0 as 32-bit floats, the lowest byte first
    assert library.embeddings.create(model="retrieval", input="hello").data[0].embedding == pytest.approx(numbers)


@pytest.mark.parametrize("model", ["retrieval", "text-embedding-3-small", "text-embedding-ada-002", None])
def test_openais_names_mean_the_one_that_is_served(client: FlaskClient, model: str | None) -> None:
    answer = client.post("/v1/embeddings", json={"input": "hello", "model": model, "dimensions": 3})
    assert (answer.status_code, answer.json["model"]) == (200, "retrieval")


def test_long_texts_are_cut_and_that_is_said_or_refused(library: openai.OpenAI) -> None:
    expected = {"model": "retrieval", "input": ["a", "b" * 4001]}
    raw = library.embeddings.with_raw_response.create(**expected)
    assert raw.headers["X-Nlpbot-Notice"] == "input.1: 4001 characters; the first 4000 were read"
    with pytest.raises(openai.BadRequestError, match=r"strict: input\.1: 4001 characters"):
        library.embeddings.create(**expected, extra_body={"strict": True})
    with pytest.raises(openai.BadRequestError, match="strict: user: not offered here"):
        library.embeddings.create(model="retrieval", input="a", user="x", extra_body={"strict": True})


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({}, 422, "input"),
        ({"input": ""}, 422, "at least 1"),
        ({"input": []}, 422, "at least 1"),
        ({"input": ["a"] * 257}, 422, "256"),
        ({"input": "\0"}, 422, "U+0000"),
        ({"input": [3, 4]}, 400, "input: tokens as numbers found; expected a text or a list of texts"),
        ({"input": [[3, 4]]}, 400, "input: tokens as numbers found"),
        ({"input": "a", "dimensions": 2}, 400, "dimensions: 2 asked; retrieval has 3"),
        ({"input": "a", "encoding_format": "hex"}, 422, "encoding_format"),
        ({"input": "a", "model": "gpt-9"}, 404, "gpt-9"),
        ({"input": "a", "model": "lm"}, 404, "lm"),
    ],
)
def test_what_cannot_be_read_is_refused(client: FlaskClient, body: dict, status: int, says: str) -> None:
    refused = client.post("/v1/embeddings", data=json.dumps(body), content_type="application/json")
    assert refused.status_code == status
    assert says in refused.json["error"]["message"]


def test_as_many_texts_as_may_be_sent_are_read(client: FlaskClient, engines: Engines) -> None:
    answer = client.post("/v1/embeddings", json={"input": ["hello"] * 256})
    assert len(answer.json["data"]) == 256


@pytest.fixture
def encoders(engines: Engines) -> Engines:
    """What is served in a home as it is made: a sentence encoder beside the rest."""
    made = TextEmbedding((1.0, 0.0), 1)
    service = SentencesService(engines.engine.add_lane(lambda texts: [made for _ in texts]), 2)
    engines.serve(Served(Slot("sentences", SENTENCES, Path()), service))
    return engines


@pytest.mark.parametrize(
    ("model", "served"),
    [
        ({}, "sentences"),
        ({"model": "sentences"}, "sentences"),
        ({"model": "text-embedding-3-small"}, "sentences"),
        ({"model": "retrieval"}, "retrieval"),
    ],
)
def test_a_sentence_encoder_is_meant_unless_another_is_named(
    encoders: Engines, client: FlaskClient, model: dict, served: str
) -> None:
    answer = client.post("/v1/embeddings", json={"input": "hello", **model})
    assert (answer.status_code, answer.json["model"]) == (200, served)
