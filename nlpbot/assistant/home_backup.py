"""Back a home up: its bundles, which version of each is served, and its conversations, in one archive."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nlpbot.assistant.store_copy import copy_database
from nlpbot.core.bundles.archive_contents import ArchiveContents
from nlpbot.core.bundles.archive_writer import write_archive
from nlpbot.core.bundles.home import BundleHome
from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.kernel.errors import DataError

__all__ = ["back_up"]


def back_up(home: BundleHome, out: Path, show: ProgressLine) -> ArchiveContents:
    """Write all that a home serves and keeps into an archive, and return what that says of itself.

    A server may go on meanwhile; what is being trained is left out. Public data sets are left out too.

    Args:
        home: to back up; nothing in it is changed.
        out: the archive; it is there whole or not at all.
        show: shown the bytes written.

    Raises:
        BundleError: a version that is served is not there.
        DataError: the home holds nothing, or what can't be archived.
        Locked: another program lets nobody read the database.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with _database(home, out) as database:
        files: dict[str, Path | bytes] = {}
        for name in home.names():
            files |= _bundle(home, name)
        files |= database
        if home.secret.is_file():
            files[_inside(home, home.secret)] = home.secret.read_bytes()
        if not files:
            raise DataError(f"{home.root}: holds nothing to back up; another --home expected")
        return write_archive(out, files, show)


def _bundle(home: BundleHome, name: str) -> dict[str, Path | bytes]:
    """Return the files of all whole versions, and which is served, read before others can be added."""
    current = home.current(name)
    files: dict[str, Path | bytes] = {}
    for version in home.versions(name):
        for path in sorted((home.root / "bundles" / name / version).rglob("*")):
            if path.is_symlink():
                raise DataError(f"{path}: a link can't be archived; the file itself expected")
            if path.is_file() and not path.name.startswith("."):  # such as macOS leaves behind
                files[_inside(home, path)] = path
    if current is not None:
        files[_inside(home, current.with_name("current"))] = current.name.encode()
    return files


@contextmanager
def _database(home: BundleHome, out: Path) -> Iterator[dict[str, Path | bytes]]:
    """Give a copy of the database beside the archive, where there is a database."""
    copy = out.with_name(out.name + ".database.partial")
    try:
        if home.database.is_file():
            copy_database(home.database, copy)
            yield {_inside(home, home.database): copy}
        else:
            yield {}
    finally:
        copy.unlink(missing_ok=True)


def _inside(home: BundleHome, path: Path) -> str:
    return path.relative_to(home.root).as_posix()
