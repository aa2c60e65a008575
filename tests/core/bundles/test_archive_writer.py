"""An archive is there whole or not at all, for its owner alone, and any tar can read it."""

import json
import os
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest

from nlpbot.core.bundles import archive_writer
from nlpbot.core.bundles.archive_writer import write_archive
from nlpbot.core.kernel.errors import DataError


def silent(_done: float, _total: float, _text: str = "") -> None:
    pass


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "new" / "a.tar"


def test_any_tar_reads_it(out: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 1000)
    contents = write_archive(out, {"b/file": tmp_path / "file", "empty": b"", "block": b"y" * 512}, silent)
    with tarfile.open(out, "r:") as tar:
        assert tar.getnames() == ["contents.json", "b/file", "empty", "block"]
        found = {name: tar.extractfile(name).read() for name in tar.getnames()}  # type: ignore[union-attr]
        assert {(info.uid, info.uname, info.mode) for info in tar} == {(0, "", 0o600)}
    assert found["b/file"] + found["empty"] + found["block"] == b"x" * 1000 + b"y" * 512
    listed = json.loads(found["contents.json"])
    assert listed["files"]["block"] == {"size_bytes": 512, "sha256": sha256(b"y" * 512).hexdigest()}
    assert listed == json.loads(contents.model_dump_json())


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_its_owner_alone_can_read_it_from_the_first_byte_on(out: Path) -> None:
    modes = []

    def look(_done: float, _total: float, _text: str = "") -> None:
        modes.append([oct(path.stat().st_mode & 0o777) for path in out.parent.iterdir()])

    before = os.umask(0)
    write_archive(out, {"a": b"a"}, look)
    os.umask(before)
    assert modes == [["0o600"]]
    assert oct(out.stat().st_mode & 0o777) == "0o600"


def test_what_was_interrupted_is_replaced_and_what_is_interrupted_is_taken_away(out: Path) -> None:
    out.parent.mkdir()
    out.write_bytes(b"older")
    (out.parent / "a.tar.partial").write_bytes(b"half")

    def interrupt(_done: float, _total: float, _text: str = "") -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_archive(out, {"a": b"a"}, interrupt)
    assert [(path.name, path.read_bytes()) for path in out.parent.iterdir()] == [("a.tar", b"older")]


def test_a_file_that_changes_meanwhile_is_noticed(out: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    for later in (b"12", b"1234", b"124"):
        file.write_bytes(b"123")

        def change(_done: float, _total: float, _text: str = "", later: bytes = later) -> None:
            file.write_bytes(later)

        with pytest.raises(DataError, match="b: changed while it was read; try again"):
            write_archive(out, {"a": b"a", "b": file}, change)
        assert not list(out.parent.iterdir())


def test_what_can_not_be_archived_is_said_before_anything_is_written(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_writer, "MAX_FILES", 2)
    monkeypatch.setattr(archive_writer, "MAX_FILE_BYTES", 2)
    (tmp_path / "large").write_bytes(b"123")
    with pytest.raises(DataError, match=r"3 files can't be archived; at most 2 expected"):
        write_archive(out, {"a": b"", "b": b"", "c": b""}, silent)
    with pytest.raises(DataError, match=r"large: 3 bytes can't be archived; at most 2 expected"):
        write_archive(out, {"a": tmp_path / "large"}, silent)
    with pytest.raises(DataError, match=r"'\.\./a' can't be in an archive"):
        write_archive(out, {"../a": b""}, silent)
    assert not out.parent.exists()
    with pytest.raises(DataError, match="can't be archived: name is too long"):
        write_archive(out, {"/".join(["a" * 100, "b" * 100, "c"]): b""}, silent)
    assert not list(out.parent.iterdir())
