"""The OpenAPI document tells the truth about the running app."""

import time
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from nlpbot.assistant.store import Store
from server import openai_schemas, schemas
from server.app import create_app
from server.config import ServerSettings
from server.engines import Engines
from server.openapi import OPERATIONS, openapi_document


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


def test_every_schema_that_is_named_exists() -> None:
    named = {name for operation in OPERATIONS for name in (operation.body, operation.answer) if name} - {"object"}
    assert named <= {*schemas.__all__, *openai_schemas.__all__}
    assert named <= set(openapi_document()["components"]["schemas"])


@pytest.fixture
def api(tmp_path: Path, engines: Engines, store: Store) -> Any:
    generous = ServerSettings(home=tmp_path, requests_per_minute=1e6)
    return schemathesis.openapi.from_wsgi("/openapi.json", create_app(generous, engines, store))


NOT_IN_A_SCHEMA = {"/api/fraud/score", "/v1/chat/completions", "/v1/completions", "/v1/moderations"}
"""Explains fewer messages than it scores; wants text of the user; bounds prompts times `n`; wants text in the parts."""


@pytest.mark.parametrize(("path", "method"), [(operation.path, operation.method) for operation in OPERATIONS])
def test_the_app_does_what_the_document_says(api: Any, engines: Engines, path: str, method: str) -> None:
    @given(api[path][method.upper()].as_strategy())
    @settings(max_examples=10, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    def holds(case: Any) -> None:
        case.call_and_validate(excluded_checks=[positive_data_acceptance] if path in NOT_IN_A_SCHEMA else [])
        while engines.engine._busy():  # jaxtyping's checks draw from `random` there; Hypothesis wants it untouched
            time.sleep(0.001)

    holds()
