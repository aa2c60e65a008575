"""The application is put together without torch, and answers whatever is switched off."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from flask import request
from flask.testing import FlaskClient

from nlpbot.assistant.store import Store
from server.app import create_app
from server.config import ServerSettings
from server.engines import Engines

FEEDBACK = {"text": "hi", "verdict": "fraud"}


def test_importing_the_server_does_not_import_torch() -> None:
    program = "import sys, server.app, server.commands, server.run; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/chat", {"message": "hi"}),
        ("/api/fraud/score", {"messages": ["hi"]}),
        ("/api/fraud/feedback", FEEDBACK),
        ("/api/vision/digits", {"pixels": [[0] * 28] * 28}),
    ],
)
def test_parts_that_are_switched_off_say_so(
    settings: ServerSettings, engines: Engines, store: Store, path: str, body: dict
) -> None:
    nothing = create_app(settings, Engines(engines.engine), store).test_client()
    refused = nothing.post(path, json=body)
    assert (refused.status_code, refused.mimetype) == (503, "application/problem+json")
    assert "is served here" in refused.json["detail"]
    assert nothing.get("/").status_code == 200


@pytest.mark.parametrize(("proxies", "scheme", "client"), [(0, "http", "127.0.0.1"), (1, "https", "203.0.113.7")])
def test_only_proxies_that_are_trusted_say_who_asks_and_how(
    tmp_path: Path, engines: Engines, store: Store, proxies: int, scheme: str, client: str
) -> None:
    tokens = {"api_key": "k" * 16, "operator_token": "o" * 16}
    app = create_app(ServerSettings(home=tmp_path, trusted_proxies=proxies, **tokens), engines, store)
    seen: list[tuple[str, str | None]] = []
    app.before_request(lambda: seen.append((request.scheme, request.remote_addr)))
    app.test_client().get(
        "/livez", headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.9, 203.0.113.7"}
    )
    assert seen == [(scheme, client)]


def test_a_database_that_another_program_holds_is_said_to_be_busy(client: FlaskClient, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "nlpbot.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for path, body in (("/api/chat", {"message": "hi"}), ("/api/fraud/feedback", FEEDBACK)):
            refused = client.post(path, json=body)
            assert (refused.status_code, refused.mimetype) == (503, "application/problem+json")
            assert "another program holds it" in refused.json["detail"]
            assert int(refused.headers["Retry-After"]) >= 1
        assert client.get("/api/conversations").json == {"conversations": []}
    assert client.post("/api/chat", json={"message": "hi"}).status_code == 200
