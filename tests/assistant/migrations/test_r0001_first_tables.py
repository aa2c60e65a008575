"""A database from before there were revisions is opened with everything that it holds."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from nlpbot.assistant.migrations import r0001_first_tables
from nlpbot.assistant.store import Store

BEFORE = """
CREATE TABLE conversations (
    id VARCHAR(32) NOT NULL, owner VARCHAR(64) NOT NULL, title VARCHAR NOT NULL, state VARCHAR NOT NULL,
    updated_at VARCHAR NOT NULL, PRIMARY KEY (id)
);
CREATE INDEX ix_conversations_owner ON conversations (owner);
CREATE TABLE messages (
    id INTEGER NOT NULL, conversation VARCHAR(32) NOT NULL, role VARCHAR NOT NULL, text VARCHAR NOT NULL,
    created_at VARCHAR NOT NULL, reply VARCHAR, PRIMARY KEY (id),
    FOREIGN KEY(conversation) REFERENCES conversations (id) ON DELETE CASCADE
);
CREATE INDEX messages_of_conversation ON messages (conversation, id);
CREATE TABLE feedback (
    id INTEGER NOT NULL, owner VARCHAR NOT NULL, text VARCHAR NOT NULL, verdict VARCHAR NOT NULL,
    created_at VARCHAR NOT NULL, PRIMARY KEY (id)
);
INSERT INTO conversations VALUES ('c1', 'ann', 'hello', '{"turns": 1}', '2026-01-01T00:00:00.000+00:00');
INSERT INTO messages VALUES (1, 'c1', 'user', 'hello', '2026-01-01T00:00:00.000+00:00', NULL);
INSERT INTO messages VALUES (2, 'c1', 'assistant', 'hi', '2026-01-01T00:00:00.000+00:00', '{"text": "hi"}');
INSERT INTO feedback VALUES (1, 'ann', 'pay now', 'fraud', '2026-01-01T00:00:00.000+00:00');
"""
"""What nlpbot 0.1.0 wrote."""


def run(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(f"PRAGMA journal_mode=WAL; {script}")


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def test_all_that_was_kept_is_there(tmp_path: Path) -> None:
    path = tmp_path / "nlpbot.sqlite"
    run(path, BEFORE)
    store = Store(path)
    assert [message.text for message in store.messages("ann", "c1") or []] == ["hello", "hi"]
    assert store.conversations("ann")[0].state == {"turns": 1}
    store.add_turn("ann", "c1", "again", {"text": "yes"}, {"turns": 2})
    store.close()
    assert rows(path, "SELECT text, verdict FROM feedback") == [("pay now", "fraud")]
    assert rows(path, "SELECT version_num FROM alembic_version") >= [(r0001_first_tables.revision,)]


@pytest.mark.parametrize("made", range(5))
def test_what_a_first_start_that_was_killed_left_out_is_made(tmp_path: Path, made: int) -> None:
    tables = BEFORE.split(";")[:5]
    run(tmp_path / "half", ";".join(tables[:made]))
    run(tmp_path / "whole", ";".join(tables))
    for name in ("half", "whole"):
        Store(tmp_path / name).close()
    columns = "SELECT m.name, c.name, c.type FROM sqlite_master m, pragma_table_info(m.name) c ORDER BY m.name, c.cid"
    assert rows(tmp_path / "half", columns) == rows(tmp_path / "whole", columns)
