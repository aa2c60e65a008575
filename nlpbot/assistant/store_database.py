"""The SQLite file under the store: private to the user, written by one thread, and never waited for long."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, TypeVar

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from nlpbot.core.kernel.errors import DataError, Locked

__all__ = ["Database", "is_lock"]

LOCK_WAIT_MS = 500
"""To wait for another program that holds the file; as long as it goes on holding it, nobody waits again."""
T = TypeVar("T")


class Database:
    """A database in a file.

    Args:
        path: of the file; made if it is missing, for this user alone.
        migrate: brings its tables to what is read and written here, and commits that.

    Raises:
        DataError: the file can't be made, or is there but is no database of this kind, or of a newer nlpbot.
        Locked: another program holds it.
    """

    def __init__(self, path: Path, migrate: Callable[[Connection], None]) -> None:
        _make_private(path)
        self._name = path.name
        self._held = set[str]()  # what another program was last found to keep us from: "read", "write"
        # As many connections as threads. What people wrote stays out of errors, and so out of logs.
        self._engine = create_engine(f"sqlite:///{path}", max_overflow=-1, hide_parameters=True)
        event.listen(self._engine, "connect", self._set_up)
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        try:
            self._writer.submit(self._migrated, migrate).result()
        except DatabaseError as error:
            self.close()
            raise DataError(f"{path}: not a database of nlpbot ({error.orig}); move it away") from error
        except BaseException:
            self.close()
            raise

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session to read in.

        Raises:
            Locked: another program holds the database.
        """
        with self._session("read") as session:
            yield session

    def write(self, write: Callable[[Session], T]) -> T:
        """Return what a function gives that writes in a session, once that is on disk.

        Raises:
            Locked: another program holds the database.
        """

        def committed() -> T:
            with self._session("write") as session:
                return write(session)

        return self._writer.submit(committed).result()

    def empty_log(self) -> None:
        """Leave nothing of what was deleted in the log of changes; where another program reads it, a later call will.

        Raises:
            Locked: another program holds the database.
        """
        self.write(lambda session: session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all())

    def close(self) -> None:
        """Finish what is being written, and let go of the file."""
        self._writer.shutdown()
        self._engine.dispose()

    def _migrated(self, migrate: Callable[[Connection], None]) -> None:
        with self._unless_held("write"), self._engine.connect() as connection:
            migrate(connection)

    @contextmanager
    def _session(self, use: Literal["read", "write"]) -> Iterator[Session]:
        with self._unless_held(use), Session(self._engine) as session, session.begin():
            # Those queued behind the first to wait would else wait one after the other.
            wait_ms = 0 if use in self._held else LOCK_WAIT_MS
            session.connection().exec_driver_sql(f"PRAGMA busy_timeout={wait_ms}")
            yield session

    @contextmanager
    def _unless_held(self, use: Literal["read", "write"]) -> Iterator[None]:
        """Say so where another program holds the database, and remember it."""
        try:
            yield
        except OperationalError as error:
            if not is_lock(error.orig):
                raise
            self._held.add(use)
            raise Locked(f"{self._name}: another program holds it; close that, or try again in a moment") from error
        self._held.discard(use)

    def _set_up(self, connection: sqlite3.Connection, _record: object) -> None:
        wait_ms = 0 if self._held else LOCK_WAIT_MS
        settings = (f"busy_timeout={wait_ms}", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")
        for setting in (*settings, "foreign_keys=ON"):
            connection.execute(f"PRAGMA {setting}")


def _make_private(path: Path) -> None:
    """Make the file and its folder, and let no other user read it, nor the journals beside it."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; a folder that can be written to expected") from error
    for file in (path, *path.parent.glob(f"{path.name}-*")):  # journals to come get the mode of the database
        with suppress(OSError):  # another user's, or gone meanwhile
            file.chmod(0o600)


def is_lock(error: BaseException | None) -> bool:
    """Return whether SQLite failed because another program holds the database."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest says more exactly why
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
