"""Train what `nlpbot serve` serves by default, from the data that comes along, where the home lacks it."""

import time
from collections.abc import Callable
from pathlib import Path

from nlpbot.core.catalog import data_folder
from nlpbot.core.console import note
from nlpbot.core.home import BundleHome

__all__ = ["DEFAULTS", "train_defaults"]


def _fraud(out: Path, device: str) -> None:
    from nlpbot.fraud.run import train_bundle

    train_bundle((), out, positive=(), force=False, seed=None, device=device, quiet=True)


def _chat(out: Path, device: str) -> None:
    from nlpbot.chat.run import train_bundle

    train_bundle(None, out, force=False, seed=None, device=device, quiet=True)


def _lm(out: Path, device: str) -> None:
    from nlpbot.lm.run import train_bundle

    # What an interrupted start left is not worth a question.
    train_bundle((data_folder("lm") / "small.toml",), out, device=device, force=True, quiet=True)


def _vision(out: Path, device: str) -> None:
    from nlpbot.vision.run import train_bundle

    train_bundle(data_folder("vision") / "digits.toml", out, device=device, quiet=True)


DEFAULTS: dict[str, Callable[[Path, str], None]] = {"fraud": _fraud, "chat": _chat, "vision": _vision, "lm": _lm}


def train_defaults(home: BundleHome, *, without: frozenset[str], device: str) -> None:
    """Train each part that the home lacks, and promote it; what is there is left alone.

    Args:
        home: where bundles go.
        without: parts that are not wanted.
        device: where to train.
    """
    missing = [part for part in DEFAULTS if part not in without and home.current(part) is None]
    for number, part in enumerate(missing, start=1):
        start = time.monotonic()
        note(f"training the default {part} bundle ({number} of {len(missing)}) …")
        out = home.new_version(part)
        DEFAULTS[part](out, device)
        home.promote(part, out.name)
        note(f"{part}: ready after {time.monotonic() - start:.0f} s")
