"""What every `train` command is given, and how its run begins: anew, or where an interrupted one stopped."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.kernel.config import Settings, parse_settings
from nlpbot.core.kernel.console import note
from nlpbot.core.kernel.errors import ConfigError, DataError
from nlpbot.core.kernel.targets import CHECKPOINT, FINISHED, PREPARED, check_free, check_no_run
from nlpbot.core.training.run_folder import RunFolder

__all__ = ["StartedRun", "TrainOptions", "start_run"]

RUN, RUNS = "run.json", "runs"
S = TypeVar("S", bound=Settings)


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """What every `train` command is given.

    Attributes:
        out: the bundle to be written.
        force: whether one that exists is replaced.
        resume: whether an interrupted run is resumed.
        seed: instead of the settings', or None.
        device: auto, cpu, cuda or mps.
    """

    out: Path
    force: bool = False
    resume: bool = False
    seed: int | None = None
    device: str = "auto"

    def check(self) -> None:
        """Refuse what can't be begun, before anything heavy is loaded or read.

        Raises:
            BundleError: the bundle exists, can't be written there, or an interrupted run waits to be resumed.
        """
        check_free(self.out, force=self.force)
        if not self.resume and not self.force:
            check_no_run(self.out)


@dataclass(frozen=True, slots=True)
class StartedRun(Generic[S]):
    """A run that has begun.

    Attributes:
        draft: of the bundle.
        settings: as given, or those that the interrupted run began with.
        folder: takes checkpoints.
        data: name to SHA-256 of each file that is trained on.
    """

    draft: BundleDraft
    settings: S
    folder: RunFolder
    data: Mapping[str, str]


@contextmanager
def start_run(
    options: TrainOptions, settings: S, data: Mapping[str, str], *, given: Mapping[str, Any] | None = None
) -> Iterator[StartedRun[S]]:
    """Give a run with its draft, begun or resumed; interrupted, it leaves what can be resumed, else nothing.

    Args:
        options: where to, and whether it is resumed.
        settings: to train with.
        data: name to SHA-256 of each file that is trained on.
        given: what else the training depends on, such as how its files are read, as JSON can hold it.

    Raises:
        BundleError: the bundle exists already, or there is nothing to resume.
        ConfigError: what else is given was given otherwise when the interrupted run began.
        DataError: a file was changed since then.
    """
    draft = BundleDraft.start(options.out, force=options.force, resume=options.resume)
    file, resume = draft.folder / RUN, False
    if options.resume and file.is_file():
        settings, resume = _as_begun(file, settings, data, given or {}), True
    else:
        fresh = file.with_name(f"{RUN}.new")
        content = {"settings": settings.model_dump(mode="json"), "data": dict(data), "given": dict(given or {})}
        fresh.write_text(json.dumps(content), encoding="utf-8")
        fresh.replace(file)
    try:
        yield StartedRun(draft, settings, RunFolder(draft.folder / RUNS, resume), data)
    except BaseException:
        if not any(next(draft.folder.rglob(name), None) for name in (CHECKPOINT, FINISHED, PREPARED)):
            shutil.rmtree(draft.folder, ignore_errors=True)
        raise


def _as_begun(file: Path, settings: S, data: Mapping[str, str], given: Mapping[str, Any]) -> S:
    """Return the settings that a run began with, which what was trained so far is made for."""
    saved = json.loads(file.read_text(encoding="utf-8"))
    changed = sorted(name for name in {*saved["data"], *data} if saved["data"].get(name) != data.get(name))
    if changed:
        raise DataError(f"{', '.join(changed)}: changed since the run began; leave --resume out to start anew")
    other = sorted(name for name, value in given.items() if saved.get("given", {}).get(name) != value)
    if other:
        raise ConfigError(
            f"{', '.join(other)}: not as when the run began; give it as then, or leave --resume out to start anew"
        )
    begun = parse_settings(saved["settings"], type(settings), where=str(file))
    if begun != settings:
        note("resumed with the settings that the run began with")
    return begun
