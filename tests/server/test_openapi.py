"""The OpenAPI document tells the truth about the running app."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from pydantic import BaseModel
from schemathesis.specs.openapi.checks import positive_data_acceptance

from nlpbot.assistant.store import Store
from server.app import create_app
from server.config import ServerSettings
from server.cors import is_allowed_origin
from server.engines import Engines
from server.openapi import OPERATIONS, example_of, openapi_document
from server.operations import Operation


def test_every_route_of_the_api_is_described(app: Flask) -> None:
    described = {
        (path.replace("{", "<").replace("}", ">"), method.upper())
        for path, methods in openapi_document()["paths"].items()
        for method in methods
    }
    served = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/api/", "/v1/"))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == served


def test_every_field_says_what_it_is_for_and_shows_an_example() -> None:
    described = openapi_document()["components"]["schemas"]
    for name, schema in described.items():
        for field, about in schema["properties"].items():
            assert len(about.get("description", "")) > 5, f"{name}.{field}"
            assert example_of(about, described) is not None or about["type"] == "null", f"{name}.{field}"


def test_a_field_is_described_by_itself_not_by_what_it_holds() -> None:
    described = openapi_document()["components"]["schemas"]
    assert described["ChatResponse"]["properties"]["reply"]["description"] == "The reply to the message."


CONTENTS = [
    (body, content)
    for operation in OPERATIONS
    for about in [openapi_document()["paths"][operation.path][operation.method]]
    for body, content in (
        (operation.body, about.get("requestBody", {}).get("content")),
        (operation.answer, about["responses"][str(operation.status)].get("content")),
    )
    if body is not None
]


@pytest.mark.parametrize(("body", "content"), CONTENTS, ids=[body.__name__ for body, _ in CONTENTS])
def test_every_example_is_valid(body: type[BaseModel], content: dict) -> None:
    body.model_validate_json(json.dumps(content["application/json"]["example"]))


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each.body], ids=lambda each: each.path)
def test_every_example_can_be_sent_as_it_is(client: FlaskClient, operation: Operation) -> None:
    body = openapi_document()["paths"][operation.path]["post"]["requestBody"]["content"]["application/json"]
    assert client.post(operation.path, json=body["example"]).status_code == operation.status


def test_what_the_cookie_owns_says_so() -> None:
    for path, methods in openapi_document()["paths"].items():
        for operation in methods.values():
            cookies = [each for each in operation.get("parameters", []) if each["in"] == "cookie"]
            owned = path.startswith(("/api/chat", "/api/conversations", "/api/fraud/feedback"))
            assert [(each["name"], "whose conversations" in each["description"]) for each in cookies] == (
                [("nlpbot", True)] if owned else []
            )


def test_what_needs_the_key_says_so_and_nothing_else_does(tmp_path: Path, engines: Engines, store: Store) -> None:
    locked = ServerSettings(home=tmp_path, api_key="k" * 16)
    client = create_app(locked, engines, store).test_client()
    for operation in OPERATIONS:
        refused = client.open(operation.path, method=operation.method.upper(), json={})
        assert (refused.status_code == 401) == (operation.access == "key"), operation.path
        about = openapi_document()["paths"][operation.path][operation.method]
        assert ("security" in about) == (operation.access == "key")


def test_other_sites_may_use_what_no_cookie_owns(tmp_path: Path) -> None:
    site = "https://chat.example"
    opened = ServerSettings(home=tmp_path, allowed_origins=(site,))
    for operation in OPERATIONS:
        assert is_allowed_origin(opened, site, operation.path) == (operation.access != "owner"), operation.path


@pytest.fixture
def api(tmp_path: Path, engines: Engines, store: Store) -> Any:
    generous = ServerSettings(home=tmp_path, requests_per_minute=1e6)
    return schemathesis.openapi.from_wsgi("/openapi.json", create_app(generous, engines, store))


NOT_IN_A_SCHEMA = {
    "/api/fraud/score",  # explains fewer messages than it scores
    "/v1/chat/completions",  # needs text of the user
    "/v1/completions",  # bounds prompts times `n`
    "/v1/embeddings",  # has as many dimensions as the model that is served
    "/v1/moderations",  # needs text in the parts
}


@pytest.mark.parametrize(("path", "method"), [(operation.path, operation.method) for operation in OPERATIONS])
def test_the_app_does_what_the_document_says(api: Any, engines: Engines, path: str, method: str) -> None:
    @given(api[path][method.upper()].as_strategy())
    @settings(max_examples=10, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    def holds(case: Any) -> None:
        case.call_and_validate(excluded_checks=[positive_data_acceptance] if path in NOT_IN_A_SCHEMA else [])
        while engines.engine.busy:  # jaxtyping's checks draw from `random` there; Hypothesis wants it untouched
            time.sleep(0.001)

    holds()
