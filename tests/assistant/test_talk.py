"""The assistant in the terminal, in process."""

import shutil
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from nlpbot.assistant.talk import load_minds
from nlpbot.core.home import BundleHome

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


def test_minds_without_a_scorer_judge_nothing(tiny_home: Path, tmp_path: Path) -> None:
    (tmp_path / "bundles").mkdir()
    (tmp_path / "bundles" / "chat").symlink_to(tiny_home / "bundles" / "chat")
    minds = load_minds(BundleHome(tmp_path), device="cpu")
    assert minds.score is None
    assert minds.find(["hello"], "en")[0].topics[0].id == "greeting"
