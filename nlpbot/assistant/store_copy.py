"""Copies of the database: taken while a server writes it, looked through before they are used, and put in its place."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from nlpbot.assistant.store import Store
from nlpbot.assistant.store_database import is_lock
from nlpbot.core.kernel.errors import DataError, Locked

__all__ = ["check_database", "check_unused", "copy_database"]

LOCK_WAIT_S = 0.5


def copy_database(source: Path, target: Path) -> None:
    """Write a database, with what is still in its log, as it is at one moment; others may go on writing it.

    Args:
        source: the database, which is only read.
        target: the copy, which its owner alone can read; an older one is replaced.

    Raises:
        DataError: the source is no database.
        Locked: another program lets nobody read it.
    """
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    read_only = f"{source.absolute().as_uri()}?mode=ro"
    with _told(source), closing(_connect(read_only)) as original, closing(sqlite3.connect(target)) as copy:
        # Of one moment; and sqlite3 would wait for ever for a database that it could not begin to read.
        original.execute("BEGIN")
        original.execute("SELECT 1 FROM sqlite_master").fetchall()
        original.backup(copy)


def check_database(path: Path) -> None:
    """Refuse a database that is damaged or of a newer nlpbot; an older one is brought to the tables of today.

    Raises:
        DataError: so it is.
    """
    with _told(path), closing(sqlite3.connect(path)) as database:
        (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise DataError(f"{path.name}: a damaged database ({found}); another backup expected")
    Store(path).close()


def check_unused(path: Path) -> None:
    """Refuse to take a database away from a program that has it open, even if that only waits.

    Raises:
        Locked: there is such a program.
    """
    try:
        with _told(path), closing(sqlite3.connect(path, timeout=LOCK_WAIT_S)) as database:
            database.execute("PRAGMA journal_mode=DELETE").fetchone()  # only the last one to have it open can
    except DataError:  # what is no database, nobody uses
        return


def _connect(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, timeout=LOCK_WAIT_S)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if is_lock(error):
            raise Locked(f"{path}: another program has it open; stop the server that uses it first") from error
        raise DataError(f"{path}: not a database of nlpbot ({error})") from error
