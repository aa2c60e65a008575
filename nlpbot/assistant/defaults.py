"""Train what `nlpbot serve` serves by default, from the data that comes along, where the home lacks it."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from nlpbot.core.catalog import data_folder
from nlpbot.core.console import note
from nlpbot.core.errors import BundleError
from nlpbot.core.home import BundleHome

__all__ = ["DEFAULTS", "FAILED", "is_fresh", "train_defaults"]

FAILED = 2
"""What a process that trains exits with where its stdout says why."""


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


def is_fresh(home: BundleHome) -> bool:
    """Return whether a home holds no bundle to serve."""
    return all(home.current(part) is None for part in DEFAULTS)


def train_defaults(home: BundleHome, parts: Collection[str], *, device: str) -> None:
    """Train those of some parts that the home lacks, and promote them when all are there.

    What was trained before an interruption is not trained again; what is served already is left alone.

    Args:
        home: where bundles go.
        parts: that are wanted, of `DEFAULTS`.
        device: where to train.

    Raises:
        BundleError: a part could not be trained.
    """
    missing = [part for part in DEFAULTS if part in parts and home.current(part) is None]
    new = [part for part in missing if not home.versions(part)]
    if new:
        asyncio.run(_train_all(home, new, device))
    for part in missing:
        home.promote(part, home.versions(part)[-1])


async def _train_all(home: BundleHome, parts: Sequence[str], device: str) -> None:
    """Train some parts, as many at once as there are cores; what one alone can't use, another can."""
    note(f"training what is served by default: {', '.join(parts)} …")
    from nlpbot.core.threads import cores  # only here, since it loads torch

    at_once = min(cores(), len(parts))
    turns, threads = asyncio.Semaphore(at_once), cores() // at_once

    async def train(part: str) -> None:
        async with turns:
            start = time.monotonic()
            await _train_apart(part, home.new_version(part), device, threads)
            note(f"{part}: ready after {time.monotonic() - start:.0f} s")

    try:
        async with asyncio.TaskGroup() as group:
            for part in parts:
                group.create_task(train(part))
    except* BundleError as failed:  # the others were stopped
        raise failed.exceptions[0] from None


async def _train_apart(part: str, out: Path, device: str, threads: int) -> None:
    """Train a part in a process of its own, which takes the memory with it when it ends; tell what it tells."""
    command = [sys.executable, "-P", "-m", "nlpbot.assistant.apart", part, str(out), device]
    # Found where this process finds it: -m alone would look in the folder that one happens to be in first.
    settings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": str(threads)}
    process = await asyncio.create_subprocess_exec(*command, env=settings, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    try:
        said, _ = await asyncio.gather(_all_said(process), _tell(part, process))
        code = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if code:
        reason = " ".join(said.split()) if code == FAILED else _in_words(code)
        raise BundleError(f"the default {part} bundle: {reason}; or leave it out: nlpbot serve --without {part}")


async def _all_said(process: Process) -> str:
    assert process.stdout is not None  # noqa: S101  # it is a pipe
    return (await process.stdout.read()).decode(errors="replace")


async def _tell(part: str, process: Process) -> None:
    assert process.stderr is not None  # noqa: S101  # it is a pipe
    async for line in process.stderr:
        note(f"{part}: {line.decode(errors='replace').rstrip()}")


def _in_words(code: int) -> str:
    if code < 0:
        return f"its training was killed by signal {-code}, as happens where memory is short; free some and start again"
    return f"its training broke off with code {code}, as told above; start again"
