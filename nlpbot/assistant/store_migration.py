"""Bring a database of whatever age to the newest tables, at once or not at all.

alembic is loaded only where there is something to do, since that takes longer than opening the database.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from nlpbot.core.kernel.errors import DataError

__all__ = ["migrate"]

REVISIONS = Path(__file__).with_name("migrations")


def migrate(connection: Connection, folder: Path = REVISIONS) -> None:
    """Run the revisions that a database lacks, in one transaction; a database without a revision gets all of them.

    Args:
        connection: to the database, with nothing begun.
        folder: of the revisions, each in a file ``rNNNN_what.py``.

    Raises:
        DataError: a newer nlpbot wrote it.
        OperationalError: another program holds it.
    """
    known = sorted(path.stem[1:5] for path in folder.glob("r[0-9]*.py"))
    if _revision(connection) != known[-1]:
        _upgrade(connection, folder, known)


def _revision(connection: Connection) -> str | None:
    """Return the revision of the tables, or None where there is none."""
    versioned = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
    if connection.exec_driver_sql(versioned).first() is None:
        return None
    revision: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return revision


@contextmanager
def _references_unchecked(connection: Connection) -> Iterator[None]:
    """Let a table be made anew without deleting what refers to it; SQLite can't be told so in a transaction."""
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()  # of what was not committed
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")


def _upgrade(connection: Connection, folder: Path, known: Sequence[str]) -> None:
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    revisions = ScriptDirectory(folder, version_locations=[folder])
    with _references_unchecked(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # sqlite3 itself would begin only after the tables are changed
        revision = _revision(connection)  # another process may have been quicker
        _check_known(revision, known, connection.engine.url.database)
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            for step in reversed(list(revisions.iterate_revisions("head", revision or "base"))):
                step.module.upgrade()
        context.stamp(revisions, "head")
        connection.commit()


def _check_known(revision: str | None, known: Sequence[str], path: str | None) -> None:
    if revision is not None and revision not in known:
        raise DataError(
            f"{path}: written by a newer nlpbot (its tables are of revision {revision}, those known here end with "
            f"{known[-1]}); install that nlpbot, or give another --home"
        )
