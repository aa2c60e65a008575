"""`nlpbot talk` tells what is wrong in one line."""

import shutil
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from nlpbot.core.bundles.home import BundleHome


def test_a_damaged_bundle_is_one_line(nlpbot: Callable[..., Result], tiny_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(tiny_home, home)
    bundle = BundleHome(home).current("chat")
    assert bundle is not None
    (bundle / "confidence.json").write_text("{}")
    result = nlpbot("talk", "--home", home, stdin="hello\n")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    assert "confidence.json: changed after it was written" in result.stderr


def test_help_shows_an_example(nlpbot: Callable[..., Result]) -> None:
    shown = nlpbot("talk", "--help").output
    assert "Example: nlpbot talk" in shown
    assert "chat and fraud are trained first" in shown
