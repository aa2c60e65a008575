"""Where a bundle or a file may be written: looked at before anything heavy is loaded, and before hours are spent."""

from pathlib import Path
from typing import BinaryIO

from nlpbot.core.kernel.errors import BundleError, ConfigError

__all__ = [
    "CHECKPOINT",
    "FINISHED",
    "PREPARED",
    "check_free",
    "check_no_run",
    "check_row_file",
    "new_private_file",
    "partial_of",
]

CHECKPOINT = "checkpoint.safetensors"
"""File of a draft from which a run that was interrupted can be resumed."""
FINISHED = "finished.safetensors"
"""File of a draft that holds the weights of a run that is over, where what came after it was interrupted."""
PREPARED = "corpus.json"
"""File of a draft that says that what it is trained on was prepared, such as a text as tokens."""
ROW_FILES = (".tsv", ".csv", ".jsonl")


def partial_of(out: Path) -> Path:
    """Return where a bundle or a file is written before it is whole."""
    return out.with_name(out.name + ".partial")


def new_private_file(path: Path) -> BinaryIO:
    """Return a new file to write, which its owner alone can read.

    Raises:
        FileExistsError: there is one.
    """
    path.touch(mode=0o600, exist_ok=False)
    return path.open("r+b")


def check_free(out: Path, *, force: bool) -> None:
    """Refuse a target that exists, or can't be made where it is asked for.

    Raises:
        BundleError: `out` exists and `force` is false, or something above it is a file.
    """
    if out.exists() and not force:
        raise BundleError(f"{out}: exists already; choose another name or give --force to replace it")
    above = next(folder for folder in out.absolute().parents if folder.exists())
    if not above.is_dir():
        raise BundleError(f"{out}: can't be written, since {above} is a file; choose another name")


def check_no_run(out: Path) -> None:
    """Refuse to begin where an interrupted run can be resumed.

    Raises:
        BundleError: it left something that took long to compute.
    """
    folder = partial_of(out)
    if any(next(folder.rglob(name), None) for name in (CHECKPOINT, FINISHED)):
        raise BundleError(f"{folder}: an interrupted run; give --resume to resume it, or --force to start anew")


def check_row_file(path: Path) -> None:
    """Refuse a file whose ending doesn't say how rows are written.

    Raises:
        ConfigError: it is none of .tsv, .csv and .jsonl.
    """
    if path.suffix not in ROW_FILES:
        raise ConfigError(
            f"{path}: {path.suffix or 'no ending'} can't hold rows; one of {', '.join(ROW_FILES)} expected"
        )
