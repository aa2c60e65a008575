"""A copy is of one moment, whoever writes meanwhile; a database in use or damaged is told from one that is fine."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from nlpbot.assistant.store import Store
from nlpbot.assistant.store_copy import check_database, check_unused, copy_database
from nlpbot.core.kernel.errors import DataError, Locked

REPLY = {"text": "hi"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home # 1" / "nlpbot.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = Store(path)
    yield store
    store.close()


def messages(path: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT text FROM messages").fetchall()


def test_what_is_still_in_the_log_is_copied_and_an_older_copy_replaced(
    store: Store, path: Path, tmp_path: Path
) -> None:
    for text in ("one", "two"):
        store.add_turn("ann", None, text, REPLY, {})
        copy_database(path, tmp_path / "copy")
    assert messages(tmp_path / "copy") == [("one",), ("hi",), ("two",), ("hi",)]
    check_database(tmp_path / "copy")
    if os.name != "nt":
        assert oct((tmp_path / "copy").stat().st_mode & 0o777) == "0o600"


def test_a_copy_holds_whole_turns_while_a_server_writes(store: Store, path: Path, tmp_path: Path) -> None:
    enough, wrote = Event(), []

    def write() -> None:
        while not enough.is_set():
            wrote.append(store.add_turn("ann", None, "x" * 3000, REPLY, {}))

    writer = Thread(target=write)
    writer.start()
    try:
        sizes = []
        while len(sizes) < 5:
            before = len(wrote)
            copy_database(path, tmp_path / "copy")
            check_database(tmp_path / "copy")
            sizes.append(len(messages(tmp_path / "copy")))
            assert sizes[-1] % 2 == 0
            assert 2 * before <= sizes[-1]
            while len(wrote) <= before:
                enough.wait(0.001)
    finally:
        enough.set()
        writer.join()
    assert sizes == sorted(set(sizes))


def test_what_a_kill_left_in_the_log_is_copied(path: Path, tmp_path: Path) -> None:
    Store(path).close()
    insert = "INSERT INTO feedback VALUES (1, 'ann', 'pay', 'fraud', 'now')"
    program = f"import os, sqlite3; d = sqlite3.connect({str(path)!r}); d.execute({insert!r}); d.commit(); os._exit(0)"
    subprocess.run([sys.executable, "-c", program], check=True)
    assert path.with_name("nlpbot.sqlite-wal").stat().st_size > 0
    copy_database(path, tmp_path / "copy")
    with closing(sqlite3.connect(tmp_path / "copy")) as database:
        assert database.execute("SELECT text FROM feedback").fetchall() == [("pay",)]


def test_a_database_in_use_is_not_taken_away(store: Store, path: Path) -> None:
    store.add_turn("ann", None, "one", REPLY, {})
    with pytest.raises(Locked, match="another program has it open; stop the server that uses it first"):
        check_unused(path)
    store.add_turn("ann", None, "two", REPLY, {})
    store.close()
    check_unused(path)
    path.write_bytes(b"no database" * 100)
    check_unused(path)


def test_a_database_that_nobody_may_read_is_said_to_be_held(path: Path, tmp_path: Path) -> None:
    Store(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as keeper:
        keeper.execute("PRAGMA locking_mode=EXCLUSIVE")
        keeper.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Locked):
            copy_database(path, tmp_path / "copy")


def test_what_is_no_database_is_a_plain_error(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database" * 100)
    for refuse in (check_database, lambda path: copy_database(path, tmp_path / "copy")):
        with pytest.raises(DataError, match=r"nlpbot\.sqlite: not a database of nlpbot"):
            refuse(path)


def test_a_damaged_database_is_noticed(store: Store, path: Path) -> None:
    for number in range(20):
        store.add_turn("ann", None, f"{number} " * 1000, REPLY, {})
    store.close()
    check_database(path)
    content = bytearray(path.read_bytes())
    content[8192:40960] = bytes(40960 - 8192)
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"nlpbot\.sqlite: a damaged database|not a database"):
        check_database(path)
