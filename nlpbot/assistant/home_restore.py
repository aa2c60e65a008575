"""Restore a home from an archive: unpack it beside what is there, check all of it, and only then put it in place."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nlpbot.assistant.store_copy import check_database, check_unused
from nlpbot.core.bundles.archive_contents import ArchiveContents
from nlpbot.core.bundles.archive_reader import open_archive
from nlpbot.core.bundles.home import BundleHome
from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.kernel.errors import BundleError, DataError

__all__ = ["restore_home"]

IN_A_HOME = re.compile(r"bundles/[^/]+/(current|[0-9]+/.+)|nlpbot\.sqlite|secret")
PARTS = ("bundles", "nlpbot.sqlite", "nlpbot.sqlite-wal", "nlpbot.sqlite-shm", "secret")
"""What is replaced; public data sets, for one, stay as they are."""
REPLACED = "replaced.partial"
"""Folder in which they lie until all that replaces them is in place, with a note of those that there were not."""
ABSENT = ".absent"


def restore_home(archive: Path, home: BundleHome, show: ProgressLine, *, force: bool = False) -> ArchiveContents:
    """Make a home what it was when the archive was written, and return what the archive says of itself.

    Args:
        archive: that `back_up` wrote, or anybody else.
        home: made if it is missing.
        show: shown the bytes read.
        force: replace what the home holds.

    Raises:
        BundleError: a version that is served is not in the archive.
        DataError: the archive is damaged, hostile or of a newer nlpbot; or the home holds anything, without `force`.
        Locked: a server has the home open.
    """
    _take_back(home.root)
    if not force and _holds_anything(home.root):
        raise DataError(f"{home.root}: holds bundles or conversations; give --force to replace them, or another --home")
    with open_archive(archive) as reader:
        contents = reader.contents
        strange = next((name for name in contents.files if not IN_A_HOME.fullmatch(name)), None)
        if strange is not None:
            raise DataError(f"{archive}: holds {strange}, which is no part of a home; a backup of a home expected")
        with _staging(home.root) as staging:
            _check_space(staging, contents.size_bytes)
            reader.extract(staging, show)
            _check(BundleHome(staging), archive)
            if home.database.is_file():
                check_unused(home.database)
            _exchange(staging, home.root)
    return contents


def _holds_anything(root: Path) -> bool:
    bundles = root / "bundles"
    return (bundles.is_dir() and any(bundles.iterdir())) or any((root / name).is_file() for name in PARTS)


@contextmanager
def _staging(root: Path) -> Iterator[Path]:
    """Give an empty folder in the home, of which nothing stays; nor of a home that was made in vain."""
    fresh = not root.exists()
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    staging = root / "restored.partial"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(mode=0o700)
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        if fresh:
            with suppress(OSError):  # it holds what was restored
                root.rmdir()


def _check_space(folder: Path, size_bytes: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < size_bytes:
        raise DataError(f"{folder.parent}: {size_bytes / 1e6:,.0f} MB expected to be free; {free / 1e6:,.0f} are")


def _check(staged: BundleHome, archive: Path) -> None:
    """Refuse what couldn't be served."""
    for name in staged.names():
        try:
            staged.current(name)
        except BundleError as error:
            raise DataError(
                f"{archive}: lacks the version of {name} that is served; another backup expected"
            ) from error
    if staged.database.is_file():
        check_database(staged.database)


def _exchange(staging: Path, root: Path) -> None:
    """Put what was unpacked in place of what is there, which comes back where that fails or is interrupted."""
    old, done = root / REPLACED, root / "replaced.old"
    shutil.rmtree(done, ignore_errors=True)
    old.mkdir(mode=0o700)
    try:
        for name in PARTS:
            if not (root / name).exists():
                (old / f"{name}{ABSENT}").touch()
        _move(root, old)
        _move(staging, root)
        old.replace(done)  # from now on a restore that is killed is done
    except BaseException:
        _take_back(root)
        raise
    shutil.rmtree(done)


def _take_back(root: Path) -> None:
    """Put back what a restore that was interrupted had begun to replace; if that is interrupted too, once more."""
    old = root / REPLACED
    for name in PARTS:
        if (old / name).exists() or (old / f"{name}{ABSENT}").exists():
            _delete(root / name)
        if (old / name).exists():
            (old / name).replace(root / name)
    shutil.rmtree(old, ignore_errors=True)


def _move(source: Path, target: Path) -> None:
    for name in PARTS:
        if (source / name).exists():
            (source / name).replace(target / name)


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
