"""A server follows its home: what is promoted takes the place of what is served, and no request notices."""

import gc
import itertools
import json
import shutil
import threading
import time
import urllib.request
import weakref
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from nlpbot.assistant.store import Store
from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.home import BundleHome
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.bundles.predictor import Predictor
from nlpbot.core.serving.engine import Engine
from nlpbot.fraud.predictor import FraudPredictor
from nlpbot.lm.predictor import LmPredictor
from nlpbot.parts import FRAUD, LM
from nlpbot.slots import Slot
from server import following
from server.app import create_app
from server.config import ServerSettings
from server.engines import Engines, Served, load_engines
from server.following import Follower
from server.wsgi import Serving, bind


@pytest.fixture
def home(tmp_path: Path) -> BundleHome:
    return BundleHome(tmp_path / "home")


def add(home: BundleHome, name: str, *, kind: str = "") -> str:
    """Promote a bundle that nobody has to load, and return its version."""
    version = BundleDraft.start(home.new_version(name)).finish(Manifest(kind=kind or name)).name
    home.promote(name, version)
    return version


@pytest.fixture
def follow(home: BundleHome, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Follower, Engines, list[str]]]:
    """Follow a home whose bundles are loaded as their folder's name; version 0003 can't be."""

    def opened(slot: Slot, engine: Engine, device: str, *, warm: bool = False) -> Served:
        assert warm
        if slot.folder.name == "0003":
            raise RuntimeError("weights\nare missing")
        return Served(slot, f"{slot.name} {slot.folder.name}")

    def start(**settings: Any) -> tuple[Follower, Engines, list[str]]:
        said: list[str] = []
        engines = Engines(Engine())
        return Follower(engines, ServerSettings(home=home.root, **settings), say=said.append), engines, said

    monkeypatch.setattr(following, "open_slot", opened)
    return start


def test_what_is_promoted_or_rolled_back_is_served_from_the_next_look_on(home: BundleHome, follow: Callable) -> None:
    follower, engines, said = follow()
    follower.look()
    assert engines.slots == []
    add(home, "fraud")
    follower.look()
    assert engines.service(FRAUD) == "fraud 0001"
    add(home, "fraud")
    assert engines.service(FRAUD) == "fraud 0001"
    follower.look()
    assert engines.service(FRAUD) == "fraud 0002"
    home.roll_back("fraud")
    follower.look()
    follower.look()
    assert engines.service(FRAUD) == "fraud 0001"
    assert said == [
        "fraud: now serving 0001, before that nothing",
        "fraud: now serving 0002, before that 0001",
        "fraud: now serving 0001, before that 0002",
    ]
    assert (engines.swapped, engines.refused) == (3, 0)


def test_what_can_not_be_served_changes_nothing_and_is_said_once(home: BundleHome, follow: Callable) -> None:
    follower, engines, said = follow()
    for _ in range(2):
        add(home, "lm")
    follower.look()
    add(home, "lm")
    for _ in range(3):
        follower.look()
    assert engines.service(LM) == "lm 0002"
    assert said[1:] == ["lm: weights are missing; still serving 0002"]
    home.promote("lm", "0003")  # once more
    follower.look()
    assert said[2:] == ["lm: weights are missing; still serving 0002"]
    add(home, "lm")
    follower.look()
    assert engines.service(LM) == "lm 0004"
    assert (engines.swapped, engines.refused) == (2, 2)


def test_a_slot_that_was_left_out_or_can_not_be_served_at_all_is_let_be(home: BundleHome, follow: Callable) -> None:
    follower, engines, said = follow(without=frozenset({"verse"}))
    add(home, "verse", kind="lm")
    add(home, "words", kind="vectors")
    (home.root / "bundles" / "empty").mkdir()
    follower.look()
    assert (engines.slots, said) == ([], [])


def test_a_slot_that_would_leave_it_open_which_one_is_meant_is_refused(home: BundleHome, follow: Callable) -> None:
    follower, engines, said = follow()
    add(home, "ours", kind="fraud")
    follower.look()
    add(home, "theirs", kind="fraud")
    follower.look()
    assert [slot.name for slot in engines.slots] == ["ours"]
    assert said[1].startswith("theirs: ours, theirs: each holds a scam scorer")
    assert said[1].endswith("still serving nothing")


def test_a_pointer_to_nowhere_changes_nothing(home: BundleHome, follow: Callable) -> None:
    follower, engines, said = follow()
    add(home, "fraud")
    follower.look()
    (home.root / "bundles" / "fraud" / "current").write_text("0009")
    follower.look()
    assert engines.service(FRAUD) == "fraud 0001"
    assert "names version '0009', which is not there" in said[1]


def test_it_looks_of_itself_until_it_is_told_to_stop(
    home: BundleHome, follow: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "LOOK_S", 0.01)
    follower, engines, _ = follow()
    follower.start()
    add(home, "fraud")
    while not engines.slots:
        time.sleep(0.01)
    follower.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "follower"]


@pytest.fixture
def served(tiny_home: Path, home: BundleHome) -> Iterator[tuple[Engines, ServerSettings]]:
    """Serve real bundles from a home of their own."""
    shutil.copytree(tiny_home, home.root)
    settings = ServerSettings(home=home.root, device="cpu", port=0, requests_per_minute=1e6)
    engines = load_engines(settings)
    engines.engine.start()
    yield engines, settings
    engines.engine.close()


def test_what_was_replaced_leaves_the_memory(served: tuple[Engines, ServerSettings], home: BundleHome) -> None:
    engines, settings = served
    follower = Follower(engines, settings, say=lambda _: None)
    gone = [weakref.ref(each.service) for each in engines.served]
    names = [slot.name for slot in engines.slots]
    for name in names:
        shutil.copytree(home.root / "bundles" / name / "0001", home.new_version(name))
        home.promote(name, "0002")
    gc.disable()  # among what was there at the start, nobody looks for garbage
    try:
        follower.look()
        assert [slot.folder.name for slot in engines.slots] == ["0002"] * len(names)
        assert [service() for service in gone] == [None] * len(names)
    finally:
        gc.enable()


def save(home: BundleHome, predictor: Predictor) -> str:
    """Write a predictor as the next version of its kind, and return that."""
    draft = BundleDraft.start(home.new_version(predictor.kind))
    config, thresholds = predictor.save(draft), dict(predictor.named_thresholds)
    return draft.finish(Manifest(kind=predictor.kind, config=config, thresholds=thresholds)).name


ASKED = {
    "/api/fraud/score": {"messages": ["Your parcel is held, pay at parcel.example"], "explain": True},
    "/v1/completions": {"prompt": "the ", "max_tokens": 40, "temperature": 0, "stream": True},
    "/api/chat": {"message": "what is smishing?"},
}


def test_no_request_fails_while_bundles_are_replaced(
    served: tuple[Engines, ServerSettings], home: BundleHome, store: Store
) -> None:
    engines, settings = served
    scorer = FraudPredictor.load(home.root / "bundles" / "fraud" / "0001", device="cpu")
    scorer.synthetic = False
    writer = LmPredictor.load(home.root / "bundles" / "lm" / "0001", device="cpu")
    with torch.no_grad():
        writer.model.head.bias += torch.arange(len(writer.model.head.bias)) / 4.0
    versions = {"fraud": save(home, scorer), "lm": save(home, writer)}

    serving = Serving(settings, bind(settings))
    server = threading.Thread(target=serving.run, args=(create_app(settings, engines, store),))
    server.start()
    done, answers = threading.Event(), {path: Counter[str]() for path in ASKED}

    def ask(path: str) -> None:
        body, told = json.dumps(ASKED[path]).encode(), {"Content-Type": "application/json"}
        while not done.is_set():
            request = urllib.request.Request(serving.address + path, body, told)
            with urllib.request.urlopen(request, timeout=60) as response:
                answers[path][_said(path, response.read().decode())] += 1

    threads = [threading.Thread(target=_noting, args=(ask, path, answers)) for path in (*ASKED, *ASKED)]
    for thread in threads:
        thread.start()
    follower = Follower(engines, settings, say=lambda _: None)
    for name, version in itertools.chain(versions.items(), [("fraud", "0001"), ("lm", "0001")]):
        _wait_for_more(answers)
        home.promote(name, version)
        follower.look()
    _wait_for_more(answers)
    done.set()
    for thread in threads:
        thread.join(60)
    serving.stop()
    server.join(60)
    assert (engines.swapped, engines.refused) == (4, 0)
    assert {path: len(said) for path, said in answers.items()} == {
        "/api/fraud/score": 2,  # that of the one, and that of the other
        "/v1/completions": 2,
        "/api/chat": 1,
    }, answers


def _noting(ask: Callable[[str], None], path: str, answers: dict[str, Counter[str]]) -> None:
    try:
        ask(path)
    except Exception as error:
        answers[path][f"failed: {error!r}"] += 1


def _said(path: str, text: str) -> str:
    """Return what an answer says, whichever request it answers."""
    if path == "/v1/completions":
        events = [line.removeprefix("data: ") for line in text.split("\n\n") if line]
        assert events.pop() == "[DONE]"
        return "".join(json.loads(event)["choices"][0]["text"] for event in events)
    answer = json.loads(text)
    return answer["verdicts"][0]["notice"] if path == "/api/fraud/score" else answer["reply"]["text"]


def _wait_for_more(answers: dict[str, Counter[str]], *, more: int = 3) -> None:
    """Wait until each path has been answered some times more."""
    before = {path: said.total() for path, said in answers.items()}
    until = time.monotonic() + 60
    while any(answers[path].total() < count + more for path, count in before.items()):
        assert time.monotonic() < until, answers
        time.sleep(0.01)
