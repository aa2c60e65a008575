"""Train what `nlpbot serve` serves by default, from the data that comes along, where the home lacks it."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Collection, Sequence
from pathlib import Path

from nlpbot.core.bundles.home import BundleHome
from nlpbot.core.kernel.console import note
from nlpbot.core.kernel.errors import BundleError
from nlpbot.parts import DEFAULTS

__all__ = ["FAILED", "train_defaults"]

FAILED = 2
"""What a process that trains exits with where its stdout says why."""


def train_defaults(home: BundleHome, slots: Collection[str], *, device: str) -> None:
    """Train the defaults of some slots that the home lacks, and promote them when all are there.

    What was trained before an interruption is not trained again; what is served already is left alone.

    Args:
        home: where bundles go.
        slots: that are asked for, of `DEFAULTS`.
        device: where to train.

    Raises:
        BundleError: one could not be trained.
    """
    missing = [slot for slot in DEFAULTS if slot in slots and home.current(slot) is None]
    new = [slot for slot in missing if not home.versions(slot)]
    if new:
        asyncio.run(_train_all(home, new, device))
    for slot in missing:
        home.promote(slot, home.versions(slot)[-1])


async def _train_all(home: BundleHome, slots: Sequence[str], device: str) -> None:
    """Train some defaults, as many at once as there are cores; what one alone can't use, another can."""
    note(f"training what is served by default: {', '.join(slots)} …")
    from nlpbot.core.kernel.threads import cores  # only here, since it loads torch

    at_once = min(cores(), len(slots))
    turns, threads = asyncio.Semaphore(at_once), cores() // at_once

    async def train(slot: str) -> None:
        async with turns:
            start = time.monotonic()
            await _train_apart(slot, home.new_version(slot), device, threads)
            note(f"{slot}: ready after {time.monotonic() - start:.0f} s")

    try:
        async with asyncio.TaskGroup() as group:
            for slot in slots:
                group.create_task(train(slot))
    except* BundleError as failed:  # the others were stopped
        raise failed.exceptions[0] from None


async def _train_apart(slot: str, out: Path, device: str, threads: int) -> None:
    """Train a default in a process of its own, which takes the memory with it when it ends; tell what it tells."""
    command = [sys.executable, "-P", "-m", "nlpbot.assistant.apart", slot, str(out), device]
    # Found where this process finds it: -m alone would look in the folder that one happens to be in first.
    settings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": str(threads)}
    process = await asyncio.create_subprocess_exec(*command, env=settings, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    try:
        said, _ = await asyncio.gather(_all_said(process), _tell(slot, process))
        code = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if code:
        reason = " ".join(said.split()) if code == FAILED else _in_words(code)
        raise BundleError(f"the default {slot} bundle: {reason}; or leave it out: nlpbot serve --without {slot}")


async def _all_said(process: Process) -> str:
    assert process.stdout is not None  # noqa: S101  # it is a pipe
    return (await process.stdout.read()).decode(errors="replace")


async def _tell(slot: str, process: Process) -> None:
    assert process.stderr is not None  # noqa: S101  # it is a pipe
    async for line in process.stderr:
        note(f"{slot}: {line.decode(errors='replace').rstrip()}")


def _in_words(code: int) -> str:
    if code < 0:
        return f"its training was killed by signal {-code}, as happens where memory is short; free some and start again"
    return f"its training broke off with code {code}, as told above; start again"
