"""The file is the user's alone, and nobody queues for another program that holds it."""

import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, String, Table, event, insert, select
from sqlalchemy.exc import IntegrityError

from nlpbot.assistant.store_database import LOCK_WAIT_MS, Database
from nlpbot.core.kernel.errors import DataError, Locked

TABLES = MetaData()
NOTES = Table("notes", TABLES, Column("id", Integer, primary_key=True), Column("text", String))


def make_tables(connection: Connection) -> None:
    TABLES.create_all(connection)
    connection.commit()


LOCKED = r"nlpbot\.sqlite: another program holds it; close that, or try again"
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "nlpbot.sqlite"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    database = Database(path, make_tables)
    yield database
    database.close()


@pytest.fixture
def waits_ms() -> Iterator[list[int]]:
    """Return the times that statements were ready to wait for a lock, as they come."""
    waits: list[int] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("PRAGMA busy_timeout="):
            waits.append(int(statement.rsplit("=", 1)[1]))

    event.listen(Engine, "before_cursor_execute", note)
    yield waits
    event.remove(Engine, "before_cursor_execute", note)


def write(database: Database, text: str) -> None:
    database.write(lambda session: session.execute(insert(NOTES).values(text=text)))


def read(database: Database) -> list[str | None]:
    with database.read() as session:
        return list(session.scalars(select(NOTES.c.text)))


def holder(path: Path) -> sqlite3.Connection:
    """Return another program's connection that lets nobody write."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    return connection


def test_while_another_program_holds_it_only_the_first_to_write_waits(
    database: Database, path: Path, waits_ms: list[int]
) -> None:
    with closing(holder(path)), ThreadPoolExecutor(8) as pool:
        failures = [pool.submit(write, database, "a").exception() for _ in range(8)]
    assert [type(failure) for failure in failures] == [Locked] * 8
    assert waits_ms == [LOCK_WAIT_MS] + [0] * 7
    write(database, "b")
    write(database, "c")
    assert waits_ms[8:] == [0, LOCK_WAIT_MS]
    assert read(database) == ["b", "c"]


def test_reading_goes_on_while_another_program_writes(database: Database, path: Path) -> None:
    write(database, "a")
    with closing(holder(path)):
        with pytest.raises(Locked, match=LOCKED):
            write(database, "b")
        assert read(database) == ["a"]


def keeper(path: Path) -> sqlite3.Connection:
    """Return another program's connection that lets nobody even read."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")
    connection.execute("BEGIN EXCLUSIVE")
    return connection


def test_a_database_that_nobody_may_read_is_said_to_be_held(database: Database, path: Path) -> None:
    database._engine.dispose()
    with closing(keeper(path)):
        for _ in range(2):
            with pytest.raises(Locked, match=LOCKED):
                read(database)
    assert read(database) == []


def test_a_held_database_is_not_taken_for_a_foreign_one(path: Path) -> None:
    Database(path, make_tables).close()
    with closing(keeper(path)), pytest.raises(Locked, match=LOCKED):
        Database(path, make_tables)


def modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(path.stat().st_mode & 0o777) for path in folder.iterdir()}


@pytest.fixture
def open_to_all() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@posix
@pytest.mark.usefixtures("open_to_all")
def test_no_other_user_can_read_it(database: Database, path: Path) -> None:
    write(database, "a secret")
    assert modes(path.parent) == dict.fromkeys(("nlpbot.sqlite", "nlpbot.sqlite-wal", "nlpbot.sqlite-shm"), "0o600")
    assert modes(path.parent.parent) == {"home": "0o700"}


@posix
@pytest.mark.usefixtures("open_to_all")
def test_files_that_others_could_read_are_closed_to_them_but_a_folder_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as before:
        before.execute("PRAGMA journal_mode=WAL")
        before.execute("CREATE TABLE others (id INTEGER)")
        assert set(modes(path.parent).values()) == {"0o644"}
        database = Database(path, make_tables)
        write(database, "a secret")
        assert set(modes(path.parent).values()) == {"0o600"}
        database.close()
    assert modes(path.parent.parent) == {"home": "0o777"}


def test_an_error_does_not_tell_what_was_written(database: Database) -> None:
    statement = insert(NOTES).values(id=1, text="my secret")
    database.write(lambda session: session.execute(statement))
    with pytest.raises(IntegrityError) as caught:
        database.write(lambda session: session.execute(statement))
    assert "my secret" not in str(caught.value)


def test_a_home_that_can_not_be_made_is_a_plain_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match=r"nlpbot\.sqlite: .*; a folder that can be written to expected"):
        Database(tmp_path / "file" / "home" / "nlpbot.sqlite", make_tables)
