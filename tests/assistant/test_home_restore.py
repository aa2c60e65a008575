"""A home is restored whole, or left as it was."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from nlpbot.assistant import home_restore
from nlpbot.assistant.home_backup import back_up
from nlpbot.assistant.home_restore import restore_home
from nlpbot.assistant.store import Store
from nlpbot.core.bundles.archive_writer import write_archive
from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.home import BundleHome
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.errors import DataError, Locked


def silent(_done: float, _total: float, _text: str = "") -> None:
    pass


def write(home: BundleHome, name: str) -> None:
    draft = BundleDraft.start(home.new_version(name))
    draft.write_json("a.json", [name])
    home.promote(name, draft.finish(Manifest(kind=name)).name)


def talk(home: BundleHome, text: str) -> None:
    store = Store(home.database)
    store.add_turn("ann", None, text, {"text": "hi"}, {})
    store.close()


def texts(home: BundleHome) -> list[str]:
    store = Store(home.database)
    titles = [line.title for line in store.conversations("ann")]
    store.close()
    return titles


def files(root: Path) -> dict[str, bytes]:
    """Return all files under a folder but the database's, which other bytes can hold as well."""
    found = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith("nlpbot.sqlite")}


@pytest.fixture
def home(tmp_path: Path) -> BundleHome:
    home = BundleHome(tmp_path / "home")
    write(home, "fraud")
    write(home, "chat")
    talk(home, "hello")
    home.secret.write_text("key")
    return home


@pytest.fixture
def archive(home: BundleHome, tmp_path: Path) -> Path:
    back_up(home, tmp_path / "home.tar", silent)
    return tmp_path / "home.tar"


@pytest.fixture
def other(tmp_path: Path) -> Iterator[BundleHome]:
    """A home that holds something else; what it holds is compared by the tests."""
    other = BundleHome(tmp_path / "other")
    write(other, "lm")
    (other.root / "bundles" / "lm" / "0002.partial").mkdir()
    talk(other, "other")
    (other.root / "data").mkdir()
    (other.root / "data" / "corpus.txt").write_text("kept")
    return other


def test_a_home_comes_back_as_it_was(home: BundleHome, archive: Path, tmp_path: Path) -> None:
    again = BundleHome(tmp_path / "deep" / "again")
    contents = restore_home(archive, again, silent)
    assert files(again.root) == files(home.root)
    assert texts(again) == ["hello"]
    assert "secret" in contents.files
    assert {path.name for path in again.root.iterdir()} == {"bundles", "nlpbot.sqlite", "secret"}


def test_a_home_that_holds_anything_is_refused_and_left_alone(archive: Path, tmp_path: Path) -> None:
    for name in ("bundles/lm/0001.partial", "nlpbot.sqlite", "secret"):
        root = tmp_path / name.partition("/")[0]
        (root / name).parent.mkdir(parents=True)
        (root / name).touch()
        with pytest.raises(DataError, match="holds bundles or conversations; give --force to replace them"):
            restore_home(archive, BundleHome(root), silent)
        assert files(root) == ({name: b""} if name != "nlpbot.sqlite" else {})
    (tmp_path / "empty" / "bundles").mkdir(parents=True)
    restore_home(archive, BundleHome(tmp_path / "empty"), silent)


def test_force_replaces_the_whole_home_but_not_public_data(home: BundleHome, archive: Path, other: BundleHome) -> None:
    (other.root / "restored.partial" / "bundles" / "half").mkdir(parents=True)  # by a restore that was killed
    restore_home(archive, other, silent, force=True)
    assert files(other.root) == {**files(home.root), "data/corpus.txt": b"kept"}
    assert other.names() == ["chat", "fraud"]
    assert texts(other) == ["hello"]
    assert not list(other.root.rglob("*.partial")) + list(other.root.rglob("*.old"))


@pytest.mark.parametrize(
    ("added", "says"),
    [
        ({"other.txt": b""}, "holds other.txt, which is no part of a home"),
        ({"bundles/lm/a.txt": b""}, "holds bundles/lm/a.txt, which is no part of a home"),
        ({"data/a.txt": b""}, "holds data/a.txt, which is no part of a home"),
        ({"bundles/lm/current": b"0003"}, "lacks the version of lm that is served; another backup expected"),
        ({"bundles/lm/current": b"../../.."}, "lacks the version of lm that is served"),
        ({"nlpbot.sqlite": b"no database at all"}, "not a database"),
    ],
)
def test_an_archive_of_something_else_changes_nothing(
    other: BundleHome, tmp_path: Path, added: dict[str, Path | bytes], says: str
) -> None:
    before = files(other.root)
    write_archive(tmp_path / "strange.tar", {"bundles/lm/0001/manifest.json": b"{}", **added}, silent)
    with pytest.raises(DataError, match=says):
        restore_home(tmp_path / "strange.tar", other, silent, force=True)
    assert (files(other.root), texts(other)) == (before, ["other"])
    with pytest.raises(DataError, match=says):
        restore_home(tmp_path / "strange.tar", BundleHome(tmp_path / "new"), silent)
    assert not (tmp_path / "new").exists()


def test_a_changed_archive_changes_nothing(archive: Path, other: BundleHome) -> None:
    before = files(other.root)
    archive.write_bytes(archive.read_bytes().replace(b"hello", b"hallo"))
    with pytest.raises(DataError, match="was changed"):
        restore_home(archive, other, silent, force=True)
    assert (files(other.root), texts(other)) == (before, ["other"])


def test_a_database_of_a_newer_nlpbot_changes_nothing(home: BundleHome, other: BundleHome, tmp_path: Path) -> None:
    with closing(sqlite3.connect(home.database)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    back_up(home, tmp_path / "newer.tar", silent)
    with pytest.raises(DataError, match="written by a newer nlpbot"):
        restore_home(tmp_path / "newer.tar", other, silent, force=True)
    assert texts(other) == ["other"]


def test_the_home_of_a_server_that_runs_is_not_replaced(archive: Path, other: BundleHome) -> None:
    before = files(other.root)
    store = Store(other.database)
    with pytest.raises(Locked, match="stop the server that uses it first"):
        restore_home(archive, other, silent, force=True)
    store.close()
    assert (files(other.root), texts(other)) == (before, ["other"])


def test_without_kind_on_the_disk_nothing_is_written(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home_restore.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(DataError, match=r"0 MB expected to be free; 0 are"):
        restore_home(archive, BundleHome(tmp_path / "new"), silent)
    assert not (tmp_path / "new").exists()


def interrupt(monkeypatch: pytest.MonkeyPatch, moves: int) -> None:
    """Interrupt after so many of the parts of a home were moved."""
    replace, moved = Path.replace, iter(range(100))

    def counted(self: Path, target: Path) -> Path:
        if self.name in (*home_restore.PARTS, home_restore.REPLACED) and next(moved) == moves:
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", counted)


MOVES = range(6)
"""Two parts out of the way, three into their place, and then it is done."""


@pytest.mark.parametrize("moves", MOVES)
def test_an_interruption_brings_the_old_home_back(
    archive: Path, other: BundleHome, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    before = files(other.root)
    interrupt(monkeypatch, moves)
    with pytest.raises(KeyboardInterrupt):
        restore_home(archive, other, silent, force=True)
    monkeypatch.undo()
    assert (files(other.root), texts(other)) == (before, ["other"])


@pytest.mark.parametrize("moves", MOVES)
def test_after_a_kill_the_next_restore_first_brings_the_old_home_back(
    archive: Path, other: BundleHome, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    before = files(other.root)
    with monkeypatch.context() as killed:
        killed.setattr(home_restore, "_take_back", lambda root: None)
        interrupt(killed, moves)
        with pytest.raises(KeyboardInterrupt):
            restore_home(archive, other, silent, force=True)
    with pytest.raises(DataError, match="give --force to replace them"):
        restore_home(archive, other, silent)
    assert (files(other.root), texts(other)) == (before, ["other"])
