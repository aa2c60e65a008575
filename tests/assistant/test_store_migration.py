"""A database of any age becomes a database of today, whole or not at all; one of tomorrow is refused."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from nlpbot.assistant import store_migration
from nlpbot.assistant.store import Store, _Base
from nlpbot.assistant.store_database import Database
from nlpbot.assistant.store_migration import REVISIONS, migrate
from nlpbot.core.kernel.errors import DataError, Locked

FILES = sorted(REVISIONS.glob("r*.py"))
RENAMED = """
import os
import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = "{before}"

def upgrade():
    with op.batch_alter_table("conversations", recreate="always") as table:
        table.alter_column("title", new_column_name="heading")
    {then}
"""
"""A revision to come, which SQLite can only carry out by making a table anew, to which others refer."""

PROGRAM = """
import sys
from pathlib import Path
from nlpbot.assistant.store_database import Database
from nlpbot.assistant.store_migration import migrate
Database(Path(sys.argv[1]), lambda connection: migrate(connection, Path(sys.argv[2])))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "nlpbot.sqlite"


def revisions_up_to(folder: Path, last: Path) -> Path:
    """Return a folder with the revisions as they were when one was the newest."""
    folder.mkdir()
    for file in FILES[: FILES.index(last) + 1]:
        (folder / file.name).write_text(file.read_text())
    return folder


def with_another(folder: Path, then: str = "pass") -> Path:
    """Return a folder with all revisions and one more."""
    revisions_up_to(folder, FILES[-1])
    (folder / "r9001_renamed.py").write_text(RENAMED.format(before=FILES[-1].stem[1:5], then=then))
    return folder


def opened(path: Path, folder: Path) -> None:
    Database(path, lambda connection: migrate(connection, folder)).close()


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def schema(path: Path) -> list[tuple[object, ...]]:
    return rows(path, "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name")


def revision(path: Path) -> str:
    ((number,),) = rows(path, "SELECT version_num FROM alembic_version")
    return str(number)


def test_the_tables_that_revisions_make_are_those_of_the_models(path: Path) -> None:
    """Where this fails, `nlpbot/assistant/migrations` lacks a revision with what is shown."""
    Store(path).close()
    with create_engine(f"sqlite:///{path}").connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), _Base.metadata) == []
        connection.engine.dispose()


def test_a_file_of_a_revision_has_its_number_and_follows_the_one_before() -> None:
    known = list(ScriptDirectory(REVISIONS, version_locations=[REVISIONS]).walk_revisions())[::-1]
    assert [Path(step.path) for step in known] == FILES
    assert [step.revision for step in known] == [file.stem[1:5] for file in FILES]


@pytest.mark.parametrize("last", FILES, ids=lambda file: file.stem)
def test_every_revision_ever_released_is_brought_to_the_newest(tmp_path: Path, last: Path) -> None:
    opened(tmp_path / "old", revisions_up_to(tmp_path / "revisions", last))
    assert revision(tmp_path / "old") == last.stem[1:5]
    for name in ("old", "new"):
        Store(tmp_path / name).close()
    assert schema(tmp_path / "old") == schema(tmp_path / "new")


def test_making_a_table_anew_deletes_nothing_that_refers_to_it(path: Path, tmp_path: Path) -> None:
    store = Store(path)
    store.add_turn("ann", None, "hello", {"text": "hi"}, {})
    store.close()
    opened(path, with_another(tmp_path / "revisions"))
    assert rows(path, "SELECT heading FROM conversations") == [("hello",)]
    assert rows(path, "SELECT text FROM messages") == [("hello",), ("hi",)]
    assert revision(path) == "9001"


def test_references_are_checked_again_afterwards(path: Path) -> None:
    store = Store(path)
    with store._database.read() as session:
        assert session.connection().exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    store.close()


def test_a_kill_in_the_middle_leaves_what_was_there(path: Path, tmp_path: Path) -> None:
    store = Store(path)
    store.add_turn("ann", None, "hello", {"text": "hi"}, {})
    store.close()
    before = schema(path), rows(path, "SELECT * FROM messages")
    folder = with_another(tmp_path / "revisions", then=f"os.kill(os.getpid(), {int(signal.SIGKILL)})")
    killed = subprocess.run([sys.executable, "-c", PROGRAM, path, folder])
    assert killed.returncode == -signal.SIGKILL
    assert (schema(path), rows(path, "SELECT * FROM messages")) == before
    assert revision(path) == FILES[-1].stem[1:5]
    Store(path).close()


def test_a_database_of_a_newer_nlpbot_is_refused_and_left_alone(path: Path, tmp_path: Path) -> None:
    opened(path, with_another(tmp_path / "revisions"))
    before = schema(path)
    with pytest.raises(DataError, match=r"nlpbot\.sqlite: written by a newer nlpbot .*revision 9001.*install that"):
        Store(path)
    assert (schema(path), revision(path)) == (before, "9001")


def test_alembic_is_not_loaded_where_there_is_nothing_to_do(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store(path).close()
    for name in [name for name in sys.modules if name.partition(".")[0] == "alembic"]:
        monkeypatch.setitem(sys.modules, name, None)
    Store(path).close()
    path.unlink()
    with pytest.raises(ImportError):
        Store(path)


def test_a_database_to_migrate_that_another_program_holds_is_locked(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("PRAGMA journal_mode=WAL")
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Locked, match="another program holds it"):
            Store(path)
    Store(path).close()


def test_where_another_process_was_quicker_nothing_is_done_twice(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = with_another(tmp_path / "revisions")
    opened(path, folder)
    found = store_migration._revision
    answers = iter([lambda _: None, found])  # before the database is held, and once it is
    monkeypatch.setattr(store_migration, "_revision", lambda connection: next(answers)(connection))
    opened(path, folder)
    assert list(answers) == []
    assert rows(path, "SELECT * FROM alembic_version") == [("9001",)]
