"""The application is put together without torch, and answers whatever is switched off."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask import request

from nlpbot.assistant.store import Store
from server.app import create_app
from server.config import ServerSettings
from server.engines import Engines


def test_importing_the_server_does_not_import_torch() -> None:
    program = "import sys, server.app, server.commands, server.run; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/chat", {"message": "hi"}),
        ("/api/fraud/score", {"messages": ["hi"]}),
        ("/api/fraud/feedback", {"text": "hi", "verdict": "fraud"}),
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
