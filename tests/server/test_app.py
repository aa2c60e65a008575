"""The application is put together without torch, and answers whatever is switched off."""

import subprocess
import sys

import pytest

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
