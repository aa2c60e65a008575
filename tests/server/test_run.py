"""`nlpbot serve` whole, over real bundles: it starts, answers, stops at SIGTERM, and remembers after a restart."""

import json
import os
import shutil
import signal
import threading
import urllib.request
from collections.abc import Collection
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
import structlog

from nlpbot.assistant import defaults
from nlpbot.core.bundles.home import BundleHome
from nlpbot.core.kernel.errors import BundleError, ConfigError
from nlpbot.parts import DEFAULTS
from server import run
from server.config import ServerSettings

SAME = {kind: kind for kind in DEFAULTS}
LACKING = [slot for slot in DEFAULTS if slot != "chat"]
"""What is said to be lacking where there is only the chatbot."""


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


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is said at a start that ends where it would load, after what is trained."""
    said: list[str] = []

    def train(home: BundleHome, parts: Collection[str], *, device: str) -> None:
        said.append(f"trains {sorted(parts)}")

    def load(settings: ServerSettings) -> None:
        raise BundleError("far enough")

    monkeypatch.setattr(defaults, "train_defaults", train)
    monkeypatch.setattr(run, "load_engines", load)
    monkeypatch.setattr(run, "note", said.append)
    return said


def held(home: Path, tiny_home: Path, *parts: str) -> Path:
    """Return a home that holds some kinds, each in the slot that it says."""
    (home / "bundles").mkdir()
    for part in parts:
        kind, _, slot = part.partition("=")
        (home / "bundles" / (slot or kind)).symlink_to(tiny_home / "bundles" / kind)
    return home


@pytest.mark.parametrize(
    ("parts", "given", "trains", "says"),
    [
        ((), {}, sorted(DEFAULTS), None),
        ((), {"without": ["lm", "vision"]}, sorted(DEFAULTS.keys() - {"lm", "vision"}), None),
        ((), {"train": ["chat"]}, ["chat"], None),
        (("chat",), {}, [], f"{', '.join(LACKING)} (--train {LACKING[0]} trains a default)"),
        (("chat",), {"without": LACKING}, [], ""),
        (("chat",), {"train": ["fraud"]}, ["fraud"], None),
        (tuple(DEFAULTS), {}, [], ""),
        (tuple({**SAME, "chat": "chat=faq", "lm": "lm=verse"}.values()), {}, [], ""),
    ],
)
def test_a_home_that_holds_anything_gets_only_what_was_asked_for(
    parts: tuple[str, ...],
    given: dict[str, list[str]],
    trains: list[str],
    says: str | None,
    told: list[str],
    tiny_home: Path,
    tmp_path: Path,
) -> None:
    home = held(tmp_path, tiny_home, *parts)
    settings = ServerSettings(home=home, port=0, **{name: frozenset(parts) for name, parts in given.items()})
    with pytest.raises(BundleError, match="far enough"):
        run.run_server(settings)
    assert told[0] == f"trains {trains}"
    if says is not None:
        assert told[1:] == ([f"not in {home}: {says}"] if says else [])


def test_a_slot_that_is_not_there_is_not_left_out_silently(told: list[str], tiny_home: Path, tmp_path: Path) -> None:
    settings = ServerSettings(home=held(tmp_path, tiny_home, "lm=verse"), port=0, without=frozenset({"vers"}))
    with pytest.raises(ConfigError, match=r"vers: no such slot.*chat, .*verse"):
        run.run_server(settings)
    assert told == []


def test_what_is_served_computes_on_one_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from nlpbot.core.kernel.threads import threads

    found: list[int] = []

    def load(settings: ServerSettings) -> None:
        engine = threading.Thread(target=lambda: found.append(torch.get_num_threads()))
        engine.start()
        engine.join()
        raise BundleError("far enough")

    monkeypatch.setattr(defaults, "train_defaults", lambda *_, **__: None)
    monkeypatch.setattr(run, "load_engines", load)
    with threads(2):
        with pytest.raises(BundleError, match="far enough"):
            run.run_server(ServerSettings(home=tmp_path, port=0))
        assert torch.get_num_threads() == 2
    assert found == [1]


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
