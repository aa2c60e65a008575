"""Which models there are, for OpenAI's own client library."""

import openai
import pytest
from flask import Flask
from flask.testing import FlaskClient

from nlpbot.assistant.store import Store
from server.app import create_app
from server.config import ServerSettings
from server.engines import Engines


def test_the_library_lists_what_is_served(library: openai.OpenAI) -> None:
    assert [model.id for model in library.models.list()] == ["assistant", "lm", "fraud"]


def test_the_library_is_told_of_one_model(library: openai.OpenAI) -> None:
    assert [model for model in library.models.list() if model.id == "lm"] == [library.models.retrieve("lm")]
    with pytest.raises(openai.NotFoundError, match="gpt-9"):
        library.models.retrieve("gpt-9")


def test_the_library_is_refused_without_the_key(
    library: openai.OpenAI, address: str, app: Flask, settings: ServerSettings, engines: Engines, store: Store
) -> None:
    locked = create_app(settings.model_copy(update={"api_key": "k" * 16}), engines, store)
    app.wsgi_app = locked.wsgi_app
    for key in ("none", "k" * 15):
        with pytest.raises(openai.AuthenticationError, match="API key wanted"):
            library.with_options(api_key=key).models.list()
    assert library.with_options(api_key="k" * 16).models.list().data


def test_the_library_is_told_when_to_come_back(library: openai.OpenAI) -> None:
    with pytest.raises(openai.RateLimitError) as refused:
        list(map(library.models.retrieve, ["lm"] * 70))
    assert int(refused.value.response.headers["Retry-After"]) >= 1


def test_a_model_says_whose_it_is(client: FlaskClient) -> None:
    assert client.get("/v1/models/lm").json == {"id": "lm", "object": "model", "created": 0, "owned_by": "nlpbot"}
