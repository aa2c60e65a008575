"""OpenAI's own client library against the app, and its shape of errors."""

import json
import threading
from collections.abc import Iterator

import openai
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from server.engines import Engines


@pytest.fixture
def library(app: Flask) -> Iterator[openai.OpenAI]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    with openai.OpenAI(base_url=f"http://127.0.0.1:{server.port}/v1", api_key="none", max_retries=0) as client:
        yield client
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_library_lists_what_is_served(library: openai.OpenAI) -> None:
    assert [model.id for model in library.models.list()] == ["assistant", "lm"]


def test_the_library_gets_a_completion_whole_and_streamed(library: openai.OpenAI) -> None:
    wanted = {"model": "lm", "prompt": "a cat", "max_tokens": 12, "seed": 3, "temperature": 0.8}
    whole = library.completions.create(**wanted, logprobs=1)
    text = whole.choices[0].text
    assert whole.choices[0].finish_reason == "length"
    logprobs = whole.choices[0].logprobs
    assert logprobs is not None
    assert len(logprobs.tokens or []) == len(logprobs.token_logprobs or []) == 12
    assert all(value <= 0 for value in logprobs.token_logprobs or [])
    streamed = list(library.completions.create(**wanted, stream=True))
    assert "".join(chunk.choices[0].text for chunk in streamed) == text
    assert streamed[-1].choices[0].finish_reason == "length"
    assert library.completions.create(**{**wanted, "seed": 4}).choices[0].text != text


def test_the_library_gets_an_answer_whole_and_streamed(library: openai.OpenAI) -> None:
    asked: list = [{"role": "system", "content": "be brief"}, {"role": "user", "content": "what is smishing?"}]
    whole = library.chat.completions.create(model="assistant", messages=asked)
    assert whole.choices[0].message.content == "Fraud by text message, one word at a time."
    chunks = list(library.chat.completions.create(model="assistant", messages=asked, stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole.choices[0].message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_earlier_messages_are_context_and_nothing_is_kept(library: openai.OpenAI, client: FlaskClient) -> None:
    told: list = [{"role": "user", "content": "my name is Anna"}, {"role": "assistant", "content": "hi"}]
    asked: list = [*told, {"role": "user", "content": "what is my name?"}]
    answer = library.chat.completions.create(model="assistant", messages=asked).choices[0].message.content
    assert "Anna" in (answer or "")
    assert client.get("/api/conversations").json == {"conversations": []}


def test_the_library_knows_the_errors(library: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="gpt-9"):
        library.completions.create(model="gpt-9", prompt="a")
    with pytest.raises(openai.UnprocessableEntityError, match="max_tokens"):
        library.completions.create(model="lm", prompt="a", max_tokens=0)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/completions", "{", 400),
        ("/v1/completions", '{"model": "other"}', 404),
        ("/v1/chat/completions", '{"messages": []}', 422),
        ("/v1/chat/completions", '{"messages": [{"role": "assistant", "content": "hi"}]}', 422),
        ("/v1/chat/completions", '{"messages": [{"role": "user", "content": "\\u0000"}]}', 422),
        ("/v1/chat/completions", '{"model": "lm", "messages": [{"role": "user", "content": "hi"}]}', 404),
        ("/v1/embeddings", "{}", 404),
        ("/v1/models", "{}", 405),
    ],
)
def test_errors_have_openais_shape(client: FlaskClient, path: str, body: str, status: int) -> None:
    refused = client.post(path, data=body, content_type="application/json")
    assert (refused.status_code, refused.mimetype) == (status, "application/json")
    assert set(refused.json["error"]) == {"message", "type", "param", "code"}
    assert refused.json["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("stream", [False, True])
def test_a_full_queue_is_refused_by_status_even_for_streams(
    client: FlaskClient, engines: Engines, stream: bool
) -> None:
    engines.engine.close()
    refused = client.post("/v1/completions", json={"prompt": "a", "stream": stream})
    assert refused.status_code == 503
    assert "Retry-After" in refused.headers
    assert "stopping" in refused.json["error"]["message"]


def test_a_stream_ends_with_done(client: FlaskClient) -> None:
    answer = client.post("/v1/completions", json={"prompt": "a", "max_tokens": 3, "stream": True})
    lines = [line.removeprefix("data: ") for line in answer.text.strip().split("\n\n")]
    assert lines[-1] == "[DONE]"
    assert all(json.loads(line)["object"] == "text_completion" for line in lines[:-1])
