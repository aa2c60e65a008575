"""The assistant in the terminal, in process."""

import shutil
from collections.abc import Callable, Collection
from pathlib import Path

import pytest
from click.testing import Result

from nlpbot.assistant import talk
from nlpbot.assistant.talk import load_backend
from nlpbot.core.bundles.home import BundleHome

Run = Callable[..., Result]


def test_a_talk_is_answered_until_an_empty_line(nlpbot: Run, tiny_home: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_home, home := tmp_path / "home")
    pasted = "is this a scam: Dear Bob, account locked, verify now at bank1.example"
    said = "\n".join(["hello", "check: hello there!", "my name is Anna", "what is my name?", pasted, "", "never read"])
    result = nlpbot("talk", "--home", home, "--device", "cpu", stdin=said)
    assert result.exit_code == 0, result.output
    assert "good to have you here" in result.stdout
    assert "You told me your name is Anna." in result.stdout
    assert "[fraud · " in result.stdout
    assert "[too short to judge]" in result.stdout
    assert "because of: " in result.stdout
    assert "you>" in result.stderr
    assert "you>" not in result.stdout


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The parts that are to be trained; the first training is stopped."""
    asked: list[str] = []

    def train(home: BundleHome, parts: Collection[str], *, device: str) -> None:
        asked.extend(parts)
        raise KeyboardInterrupt

    monkeypatch.setattr(talk, "train_defaults", train)
    return asked


def test_in_an_empty_home_what_it_talks_with_is_trained(trained: list[str], nlpbot: Run, tmp_path: Path) -> None:
    nlpbot("talk", "--home", tmp_path)
    assert sorted(trained) == ["chat", "fraud"]


def test_of_a_home_that_holds_something_only_chat_is_asked_for(
    trained: list[str], nlpbot: Run, tiny_home: Path, tmp_path: Path
) -> None:
    (tmp_path / "bundles").mkdir()
    (tmp_path / "bundles" / "lm").symlink_to(tiny_home / "bundles" / "lm")
    nlpbot("talk", "--home", tmp_path)
    assert trained == ["chat"]


def test_a_backend_without_a_scorer_judges_nothing(tiny_home: Path, tmp_path: Path) -> None:
    (tmp_path / "bundles").mkdir()
    (tmp_path / "bundles" / "chat").symlink_to(tiny_home / "bundles" / "chat")
    backend = load_backend(BundleHome(tmp_path), device="cpu")
    assert backend.scorer is None
    assert backend.find(["hello"], "en")[0].topics[0].id == "greeting"
