"""What the home lacks is trained and promoted; what is there is left alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nlpbot.assistant import defaults
from nlpbot.assistant.defaults import DEFAULTS, train_defaults
from nlpbot.core.bundle import open_bundle
from nlpbot.core.home import BundleHome


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    done: list[str] = []

    def training(part: str) -> Callable[[Path, str], None]:
        def train(out: Path, device: str) -> None:
            if device == "broken":
                raise KeyboardInterrupt
            out.mkdir(parents=True)
            (out / "manifest.json").write_text("{}")
            done.append(part)

        return train

    monkeypatch.setattr(defaults, "DEFAULTS", {part: training(part) for part in DEFAULTS})
    return done


def test_all_parts_have_a_default() -> None:
    assert set(DEFAULTS) == {"fraud", "chat", "vision", "lm"}


def test_only_what_is_missing_and_wanted_is_trained(trained: list[str], tmp_path: Path) -> None:
    home = BundleHome(tmp_path)
    train_defaults(home, without=frozenset({"lm", "vision", "fraud"}), device="cpu")
    assert trained == ["chat"]
    train_defaults(home, without=frozenset({"vision"}), device="cpu")
    assert trained == ["chat", "fraud", "lm"]
    assert home.versions("chat") == ["0001"]
    assert home.current("lm") == tmp_path / "bundles" / "lm" / "0001"


def test_a_training_that_was_stopped_promotes_nothing(trained: list[str], tmp_path: Path) -> None:
    home = BundleHome(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        train_defaults(home, without=frozenset(), device="broken")
    assert all(home.current(part) is None for part in DEFAULTS)
    train_defaults(home, without=frozenset(), device="cpu")
    assert trained == list(DEFAULTS)


def test_a_language_model_that_was_stopped_is_trained_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = "text = 'a small text'\nvalid_share = 0\n[network]\nhidden = 4\n[train]\nsteps = 1"
    (tmp_path / "small.toml").write_text(settings)
    monkeypatch.setattr(defaults, "data_folder", lambda _room: tmp_path)
    left = tmp_path / "0001.partial" / "checkpoint.safetensors"
    left.parent.mkdir()
    left.touch()
    DEFAULTS["lm"](tmp_path / "0001", "cpu")
    assert open_bundle(tmp_path / "0001", room="lm")
