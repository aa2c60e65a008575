"""What the home lacks is trained, each part in a process of its own, and promoted; what is there is left alone."""

import asyncio
import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from nlpbot.assistant import defaults
from nlpbot.assistant.defaults import train_defaults
from nlpbot.core.bundles.bundle import open_bundle
from nlpbot.core.bundles.home import BundleHome
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.runs.train_options import TrainOptions
from nlpbot.parts import DEFAULTS


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The parts that were trained; the third training of a broken device is stopped."""
    done: list[str] = []

    async def train(part: str, out: Path, device: str, threads: int) -> None:
        assert threads >= 1
        if device == "broken" and len(done) == 2:
            signal.raise_signal(signal.SIGINT)
            await asyncio.sleep(60)
        out.mkdir(parents=True)
        (out / "manifest.json").write_text("{}")
        done.append(part)

    monkeypatch.setattr(defaults, "_train_apart", train)
    return done


def holds_nothing(home: BundleHome) -> bool:
    return all(home.current(slot) is None for slot in DEFAULTS)


def test_only_what_is_missing_and_expected_is_trained(trained: list[str], tmp_path: Path) -> None:
    home = BundleHome(tmp_path)
    assert holds_nothing(home)
    train_defaults(home, {"chat"}, device="cpu")
    assert trained == ["chat"]
    assert not holds_nothing(home)
    train_defaults(home, ["lm", "chat", "fraud"], device="cpu")
    assert trained == ["chat", "lm", "fraud"]
    assert home.versions("chat") == ["0001"]
    assert home.current("lm") == tmp_path / "bundles" / "lm" / "0001"
    assert home.current("vision") is None


def test_a_start_that_was_stopped_promotes_nothing_and_goes_on_where_it_was(trained: list[str], tmp_path: Path) -> None:
    home = BundleHome(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        train_defaults(home, DEFAULTS, device="broken")
    assert holds_nothing(home)
    train_defaults(home, DEFAULTS, device="cpu")
    assert trained == list(DEFAULTS)
    assert all(home.current(part) is not None for part in DEFAULTS)


def test_as_many_parts_as_there_are_cores_are_trained_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    begun: list[tuple[str, int]] = []

    async def train(part: str, out: Path, device: str, threads: int) -> None:
        begun.append((part, threads))
        while len(begun) < 2:  # one alone would wait for ever
            await asyncio.sleep(0.01)
        out.mkdir(parents=True)
        (out / "manifest.json").write_text("{}")

    monkeypatch.setattr(defaults, "_train_apart", train)
    monkeypatch.setattr("nlpbot.core.kernel.threads.cores", lambda: 5)
    train_defaults(BundleHome(tmp_path), ["chat", "lm"], device="cpu")
    assert begun == [("chat", 2), ("lm", 2)]


def test_where_one_part_fails_the_others_are_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stopped: list[str] = []

    async def train(part: str, out: Path, device: str, threads: int) -> None:
        try:
            await asyncio.sleep(0.01 if part == "chat" else 60)
        except asyncio.CancelledError:
            stopped.append(part)
            raise
        raise BundleError("no kind")

    monkeypatch.setattr(defaults, "_train_apart", train)
    monkeypatch.setattr("nlpbot.core.kernel.threads.cores", lambda: 2)
    with pytest.raises(BundleError, match="no kind"):
        train_defaults(BundleHome(tmp_path), DEFAULTS, device="cpu")
    assert "fraud" in stopped
    assert holds_nothing(BundleHome(tmp_path))


def test_a_language_model_that_was_stopped_is_trained_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = "text = 'a small text'\nvalid_share = 0\n[network]\nhidden = 4\n[train]\nsteps = 1"
    (tmp_path / "small.toml").write_text(settings)
    monkeypatch.setattr("nlpbot.core.datasets.catalog.data_folder", lambda _name: tmp_path)
    left = tmp_path / "0001.partial" / "runs" / "checkpoint.safetensors"
    left.parent.mkdir(parents=True)
    left.touch()
    DEFAULTS["lm"].train(TrainOptions(tmp_path / "0001", force=True, device="cpu"))
    assert open_bundle(tmp_path / "0001", kind="lm")


def test_why_a_part_could_not_be_trained_comes_from_its_process(tmp_path: Path) -> None:
    with pytest.raises(BundleError) as caught:
        train_defaults(BundleHome(tmp_path), {"vision"}, device="abacus")
    says = "the default vision bundle: --device abacus: unknown; one of auto, cpu, cuda, mps expected; "
    assert str(caught.value) == says + "or leave it out: nlpbot serve --without vision"
    assert holds_nothing(BundleHome(tmp_path))


def test_modules_of_the_folder_that_one_happens_to_be_in_are_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "subprocess.py").write_text("raise RuntimeError('not this one')")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BundleError, match="--device abacus"):
        train_defaults(BundleHome(tmp_path), {"vision"}, device="abacus")


@pytest.mark.parametrize(
    ("ending", "says"),
    [
        ("kill -9 $$", "killed by signal 9, as happens where memory is short; free some and start again; or leave"),
        ("exit 7", "broke off with code 7, as told above; start again; or leave it out: nlpbot serve --without chat"),
    ],
)
def test_a_process_that_ends_otherwise_is_told_in_a_line(
    ending: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = tmp_path / "python"
    shell.write_text(f"#!/bin/sh\n{ending}\n")
    shell.chmod(0o755)
    monkeypatch.setattr(defaults.sys, "executable", str(shell))
    with pytest.raises(BundleError, match="the default chat bundle: ") as caught:
        train_defaults(BundleHome(tmp_path), {"chat"}, device="cpu")
    assert says in str(caught.value)


def test_ctrl_c_ends_the_process_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen] = []

    class Watched(subprocess.Popen):
        def __init__(self, *args: object, **options: object) -> None:
            super().__init__(*args, **options)  # type: ignore[call-overload]
            started.append(self)
            threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()

    monkeypatch.setattr(subprocess, "Popen", Watched)
    with pytest.raises(KeyboardInterrupt):
        train_defaults(BundleHome(tmp_path), {"chat"}, device="cpu")
    (process,) = started
    assert process.wait(60) != 0
    assert holds_nothing(BundleHome(tmp_path))
