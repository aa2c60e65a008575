"""Conversations are kept before they are acknowledged, belong to one owner, and are deleted for good."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nlpbot.assistant.store import Store
from nlpbot.core.kernel.errors import DataError

REPLY = {"text": "안녕하세요 👋", "kind": "answer"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "nlpbot.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = Store(path)
    yield store
    store.close()


def test_a_turn_is_kept_whole(store: Store) -> None:
    kept = store.add_turn("ann", None, "  hello\n there ", REPLY, {"name": "Ann"})
    user, assistant = store.messages("ann", kept.conversation) or []
    assert (user.role, user.text, user.reply) == ("user", "  hello\n there ", None)
    assert (assistant.role, assistant.id) == ("assistant", kept.message_id)
    assert assistant.reply == {**REPLY, "id": kept.message_id}
    (line,) = store.conversations("ann")
    assert (line.title, line.state) == ("hello there", {"name": "Ann"})


def test_a_conversation_goes_on_with_its_latest_state(store: Store) -> None:
    first = store.add_turn("ann", None, "one", REPLY, {"turns": 1})
    other = store.add_turn("ann", None, "other", REPLY, {})
    again = store.add_turn("ann", first.conversation, "two", REPLY, {"turns": 2})
    assert again.conversation == first.conversation != other.conversation
    assert [m.text for m in store.messages("ann", first.conversation) or [] if m.role == "user"] == ["one", "two"]
    found = store.conversation("ann", first.conversation)
    assert found is not None
    assert (found.title, found.state) == ("one", {"turns": 2})


def test_the_latest_conversation_comes_first(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(f"2026-01-01T00:00:0{number}.000+00:00" for number in range(9))
    monkeypatch.setattr("nlpbot.assistant.store._now", lambda: next(moments))
    first, second = (store.add_turn("ann", None, text, REPLY, {}).conversation for text in ("first", "second"))
    assert [line.id for line in store.conversations("ann")] == [second, first]
    store.add_turn("ann", first, "again", REPLY, {})
    assert [line.id for line in store.conversations("ann")] == [first, second]


def test_a_stranger_sees_nothing_and_changes_nothing(store: Store) -> None:
    kept = store.add_turn("ann", None, "secret", REPLY, {})
    assert store.conversations("bob") == []
    assert store.conversation("bob", kept.conversation) is None
    assert store.messages("bob", kept.conversation) is None
    assert not store.remove("bob", kept.conversation)
    assert store.add_turn("bob", kept.conversation, "mine", REPLY, {}).conversation != kept.conversation
    assert len(store.messages("ann", kept.conversation) or []) == 2


def test_what_is_deleted_is_not_on_disk_any_more(store: Store, path: Path) -> None:
    kept = store.add_turn("ann", None, "a very particular secret", REPLY, {})
    assert store.remove("ann", kept.conversation)
    assert not store.remove("ann", kept.conversation)
    assert store.messages("ann", kept.conversation) is None
    for _ in "open", "closed":
        assert b"particular secret" not in b"".join(file.read_bytes() for file in path.parent.iterdir())
        store.close()


def test_conversations_survive_a_restart(store: Store, path: Path) -> None:
    kept = store.add_turn("ann", None, "hello", REPLY, {"name": "Ann"})
    store.close()
    again = Store(path)
    assert [line.id for line in again.conversations("ann")] == [kept.conversation]
    again.close()


PROGRAM = """
import sys
from pathlib import Path
from nlpbot.assistant.store import Store
store = Store(Path(sys.argv[1]))
for number in range(1000):
    kept = store.add_turn("ann", None, f"message {number}", {"text": "ok"}, {})
    print(kept.conversation, flush=True)
"""


def test_an_acknowledged_message_survives_kill_9(path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM, path], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline().strip() for _ in range(5)]
        process.send_signal(signal.SIGKILL)
        acknowledged += [line.strip() for line in process.stdout if line.endswith("\n")]
    assert process.returncode == -signal.SIGKILL
    store = Store(path)
    assert all(len(store.messages("ann", conversation) or []) == 2 for conversation in acknowledged)
    store.close()


def test_many_threads_write_at_once(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda n: store.add_turn(f"owner {n % 4}", None, str(n), REPLY, {}), range(40)))
    assert len({turn.conversation for turn in kept}) == 40
    assert sum(len(store.conversations(f"owner {n}")) for n in range(4)) == 40


def test_feedback_is_kept(store: Store, path: Path) -> None:
    store.add_feedback("ann", "pay now", "fraud")
    database = sqlite3.connect(path)
    assert database.execute("SELECT owner, text, verdict FROM feedback").fetchall() == [("ann", "pay now", "fraud")]
    database.close()


@pytest.mark.parametrize("content", [b"no database at all, but some text " * 40, b"SQLite format 3\0" + b"\xff" * 2000])
def test_another_file_in_its_place_is_left_alone(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"nlpbot\.sqlite: not a database of nlpbot .*move it away"):
        Store(path)
    assert path.read_bytes() == content
