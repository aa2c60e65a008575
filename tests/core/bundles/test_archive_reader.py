"""A hostile archive is refused in a line, after little work, and writes nothing outside."""

import io
import json
import tarfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from nlpbot.core.bundles import archive_reader
from nlpbot.core.bundles.archive_reader import open_archive
from nlpbot.core.bundles.archive_writer import write_archive
from nlpbot.core.kernel.errors import DataError


def silent(_done: float, _total: float, _text: str = "") -> None:
    pass


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.tar"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def extract(path: Path, folder: Path) -> None:
    with open_archive(path) as archive:
        archive.extract(folder, silent)


def header(name: str, size: int = 1, **attributes: Any) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = size
    for attribute, value in attributes.items():
        setattr(info, attribute, value)
    return info


def listed(name: str = "a", content: bytes = b"a", **changes: Any) -> dict[str, Any]:
    facts = {"size_bytes": len(content), "sha256": sha256(content).hexdigest()}
    return {"format_version": 1, "nlpbot": "1", "made_at": "now", "files": {name: facts}, **changes}


def archive(
    path: Path, listing: Any, *headers: tarfile.TarInfo, form: int = tarfile.USTAR_FORMAT, tail: bytes = b""
) -> Path:
    """Write an archive with any listing and any headers, each followed by as many bytes "a" as it says."""
    raw = listing if isinstance(listing, bytes) else json.dumps(listing).encode()
    with tarfile.open(path, "w", format=form) as tar:
        tar.addfile(header("contents.json", len(raw)), io.BytesIO(raw))
        for info in headers:
            tar.addfile(info, io.BytesIO(b"a" * info.size) if info.isreg() else None)
        tar.fileobj.write(tail)  # type: ignore[union-attr]
    return path


def test_what_was_written_is_read(path: Path, folder: Path) -> None:
    files = {"a": b"", "b/c": b"x" * 512, "b/d/e": bytes(range(256)) * 5000}
    write_archive(path, files, silent)
    extract(path, folder)
    assert {f.relative_to(folder).as_posix(): f.read_bytes() for f in folder.rglob("*") if f.is_file()} == files
    assert oct((folder / "b" / "c").stat().st_mode & 0o777) in ("0o600", "0o666")  # the latter on Windows


def test_the_archive_of_the_other_tests_would_be_fine(path: Path, folder: Path) -> None:
    extract(archive(path, listed(), header("a")), folder)
    assert (folder / "a").read_bytes() == b"a"


@pytest.mark.parametrize("name", ["/tmp/a", "../a", "b/../../a", "..", "C:/a", "b\\a", ""])
def test_no_name_leads_out(path: Path, folder: Path, name: str) -> None:
    with pytest.raises(DataError, match="can't be in an archive"):
        extract(archive(path, listed(name), header(name)), folder)
    with pytest.raises(DataError, match=r"stands where a is listed|is no plain file|would be extracted to"):
        extract(archive(path, listed(), header(name)), folder)
    assert sorted(p.name for p in path.parent.rglob("*")) == ["a.tar", "out"]


@pytest.mark.skipif(not hasattr(tarfile, "data_filter"), reason="this Python has no such filter")
@pytest.mark.parametrize("name", ["../a", "b/../../a"])
def test_a_name_that_slipped_through_meets_the_filter_of_python(
    path: Path, folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_reader, "check_archived_names", lambda names: None)
    with pytest.raises(DataError, match="would be extracted to"):
        extract(archive(path, listed(name), header(name)), folder)
    assert not (folder.parent / "a").exists()


@pytest.mark.parametrize(
    "kind",
    [
        *(tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE),
        *(tarfile.CONTTYPE, tarfile.GNUTYPE_SPARSE, tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.XGLTYPE),
        b"?",
    ],
)
def test_only_plain_files_are_taken(path: Path, folder: Path, kind: bytes) -> None:
    info = header("a", 0, type=kind, linkname="/etc/passwd")
    with pytest.raises(DataError, match="'a' is no plain file"):
        extract(archive(path, listed(content=b""), info), folder)
    assert not list(folder.iterdir())


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_headers_of_any_length_are_refused_unread(path: Path, folder: Path, form: int) -> None:
    long = "/".join(["b" * 99] * 20)
    archive(path, listed(), header(long), form=form)
    with open_archive(path) as opened:
        with pytest.raises(DataError, match="is no plain file"):
            opened.extract(folder, silent)
        assert opened._file.tell() <= 3 * tarfile.BLOCKSIZE


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda whole: whole[:100], "not an archive: truncated header"),
        (lambda whole: whole[:600], "cut short"),
        (lambda whole: whole[:1024], "a is missing"),
        (lambda whole: whole[:1536], "cut short"),
        (lambda whole: b"", "does not begin with contents.json"),
        (lambda whole: b"PK" + whole, "not an archive: "),
        (lambda whole: whole.replace(b"a" + bytes(511), b"b" + bytes(511)), r"a was changed \(sha256 differs\)"),
    ],
)
def test_a_changed_or_cut_archive_is_refused(
    path: Path, folder: Path, change: Callable[[bytes], bytes], says: str
) -> None:
    path.write_bytes(change(archive(path, listed(), header("a")).read_bytes()))
    with pytest.raises(DataError, match=rf"a\.tar: {says}.*; an archive by `nlpbot home backup` expected"):
        extract(path, folder)


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ([header("a"), header("a")], "holds more than it lists"),
        ([header("a", 2)], "'a' of 2 bytes stands where a is listed"),
        ([header("b"), header("a")], "'b' of 1 bytes stands where a is listed"),
        ([], "a is missing"),
    ],
)
def test_it_holds_what_it_lists(path: Path, folder: Path, headers: list[tarfile.TarInfo], says: str) -> None:
    with pytest.raises(DataError, match=says):
        extract(archive(path, listed(), *headers), folder)


MANY = {f"f{number}": {"size_bytes": 0, "sha256": "0" * 64} for number in range(50_001)}


@pytest.mark.parametrize(
    ("listing", "says"),
    [
        (b"no JSON", r"contents\.json: JSON: "),
        (b"[" * 10_000, r"contents\.json: JSON: "),
        (b"[]", r"contents\.json: JSON: "),
        (b" " * ((16 << 20) + 1), r"does not begin with contents\.json"),
        (listed(format_version=0), "format_version"),
        (listed(files={"a": {"size_bytes": -1, "sha256": "0" * 64}}), r"files\.a\.size_bytes: Input should be greater"),
        (listed(files={"a": {"size_bytes": 8 << 30, "sha256": "0" * 64}}), r"files\.a\.size_bytes: Input should be le"),
        (listed(files=MANY), "files: .*at most 50000 items"),
        (listed(extra=1), "extra"),
    ],
    ids=range(9),
)
def test_a_wrong_list_is_refused(path: Path, listing: Any, says: str) -> None:
    with pytest.raises(DataError, match=rf"a\.tar: .*{says}"), open_archive(archive(path, listing)):
        pass


def test_an_archive_of_a_newer_nlpbot_says_so(path: Path) -> None:
    newer = {"format_version": 2, "whatever": []}
    says = "made by a newer nlpbot; install that one to restore it"
    with pytest.raises(DataError, match=says), open_archive(archive(path, newer)):
        pass


def test_an_archive_does_not_begin_with_anything_else(path: Path) -> None:
    with tarfile.open(path, "w") as tar:
        tar.addfile(header("other", 0))
    with pytest.raises(DataError, match=r"does not begin with contents\.json"), open_archive(path):
        pass


def test_compressed_it_is_another_file(path: Path) -> None:
    with tarfile.open(path, "w:gz") as tar:
        tar.addfile(header("contents.json", 0))
    with pytest.raises(DataError, match="not an archive: "), open_archive(path):
        pass
