"""`nlpbot serve` whole, over real bundles: it starts, answers, stops at SIGTERM, and remembers after a restart."""

import json
import os
import shutil
import signal
import threading
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
import structlog

from server import run
from server.config import ServerSettings


class Visitor:
    """A browser that visits as soon as the server is ready, and then stops it."""

    def __init__(self, *visits: tuple[str, dict | None]) -> None:
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.visits = visits
        self.answers: list[dict] = []
        self.threads: list[threading.Thread] = []

    def __call__(self, line: str) -> None:
        if line.startswith("nlpbot is ready: "):
            thread = threading.Thread(target=self._visit, args=(line.removeprefix("nlpbot is ready: "),))
            self.threads.append(thread)
            thread.start()

    def _visit(self, address: str) -> None:
        try:
            for path, body in self.visits:
                content = None if body is None else json.dumps(body).encode()
                request = urllib.request.Request(address + path, content, {"Content-Type": "application/json"})
                with self.browser.open(request, timeout=30) as response:
                    self.answers.append(json.load(response))
        finally:
            os.kill(os.getpid(), signal.SIGTERM)


def test_it_serves_drains_and_remembers(tiny_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    shutil.copytree(tiny_home, home)
    settings = ServerSettings(home=home, port=0, device="cpu")
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    logging = structlog.get_config()
    visitor = Visitor(
        ("/api/chat", {"message": "is this a scam? Dear Ann, account locked, verify now at bank3.example"}),
        ("/v1/completions", {"prompt": "the", "max_tokens": 4}),
    )
    try:
        monkeypatch.setattr(run, "note", visitor)
        run.run_server(settings)
        visitor.visits = (("/api/conversations", None),)
        run.run_server(settings)
    finally:
        structlog.configure(**logging)
        for number, handler in before.items():
            signal.signal(number, handler)
    for thread in visitor.threads:
        thread.join(20)
    judged, completed, kept = visitor.answers
    assert judged["reply"]["judgement"]["verdict"] == "fraud"
    assert completed["choices"][0]["text"]
    assert [line["id"] for line in kept["conversations"]] == [judged["conversation"]]
    assert not [thread for thread in threading.enumerate() if thread.name == "engine"]
