"""How every answer of /v1 is streamed and refused."""

import json

import openai
import pytest
from flask.testing import FlaskClient

from nlpbot.core.kernel.errors import Overloaded
from nlpbot.core.serving.limits import ConcurrencyLimit
from server.engines import Engines
from server.openai_fields import Chunk, StreamOptions, Usage
from server.openai_streams import chunk_events, failure_event, held

CHUNKS = [Chunk(id="x", created=1, model="lm", usage=usage) for usage in (None, Usage.of(3, 4))]


@pytest.mark.parametrize(
    ("options", "events"),
    [(None, 2), (StreamOptions(), 2), (StreamOptions(include_usage=None), 2), (StreamOptions(include_usage=True), 3)],
)
def test_the_usage_is_told_where_it_is_asked_for(options: StreamOptions | None, events: int) -> None:
    sent = list(chunk_events(CHUNKS, options))
    assert len(sent) == events
    assert sent[0] == 'data: {"id":"x","created":1,"model":"lm"}\n\n'
    assert sent[-1] == "data: [DONE]\n\n"


def test_a_stream_is_held_while_it_is_read() -> None:
    limit = ConcurrencyLimit(1)
    first = held(iter(["a", "b"]), limit)
    next(first)
    with pytest.raises(Overloaded):
        next(held(iter(["a"]), limit))
    assert [*first, *held(iter(["a"]), limit)] == ["b", "a"]


def test_a_failure_on_the_way_tells_no_secret() -> None:
    failure = json.loads(failure_event(RuntimeError("hunter2")).removeprefix("data: "))
    assert failure["error"]["type"] == "server_error"
    assert failure["error"]["message"].startswith("this request failed here")


ASKED = {
    "completions": {"prompt": "a"},
    "chat/completions": {"messages": [{"role": "user", "content": "smishing?"}]},
    "moderations": {"input": "hello"},
    "embeddings": {"input": "hello"},
}


@pytest.mark.parametrize(("path", "body"), ASKED.items())
def test_the_library_is_told_when_nothing_more_is_taken(
    library: openai.OpenAI, engines: Engines, path: str, body: dict
) -> None:
    engines.engine.close()
    with pytest.raises(openai.InternalServerError, match="stopping") as refused:
        library.post(path, body=body, cast_to=object)
    assert refused.value.status_code == 503
    assert int(refused.value.response.headers["Retry-After"]) >= 1


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/completions", "{", 400),
        ("/v1/completions", '{"model": "other"}', 404),
        ("/v1/chat/completions", '{"messages": []}', 422),
        ("/v1/chat/completions", '{"messages": [{"role": "assistant", "content": "hi"}]}', 422),
        ("/v1/chat/completions", '{"messages": [{"role": "user", "content": "\\u0000"}]}', 422),
        ("/v1/chat/completions", '{"model": "lm", "messages": [{"role": "user", "content": "hi"}]}', 404),
        ("/v1/embeddings", "{}", 422),
        ("/v1/songs", "{}", 404),
        ("/v1/models", "{}", 405),
    ],
)
def test_errors_have_openais_shape(client: FlaskClient, path: str, body: str, status: int) -> None:
    refused = client.post(path, data=body, content_type="application/json")
    assert (refused.status_code, refused.mimetype) == (status, "application/json")
    assert set(refused.json["error"]) == {"message", "type", "param", "code"}
    assert refused.json["error"]["type"] == "invalid_request_error"
