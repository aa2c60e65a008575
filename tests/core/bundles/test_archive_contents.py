"""Only names that are harmless on every file system are archived."""

import pytest
from pydantic import ValidationError

from nlpbot.core.bundles.archive_contents import (
    MAX_FILE_BYTES,
    ArchiveContents,
    ArchivedFile,
    check_archived_names,
    file_by_file,
)
from nlpbot.core.kernel.errors import DataError

HASH = "0" * 64


def test_names_of_a_home_are_harmless() -> None:
    check_archived_names(["nlpbot.sqlite", "bundles/chat/0001/manifest.json", "bundles/chat/0001/parts/a-b/x_1.json"])


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "/etc/passwd", "../a", "a/../b", "a//b", "a/", "a/.", "a\\b", "C:", "a\nb", "a\x00", "ä"),
        *("-rf", ".hidden", "a" * 101, "a/" * 127 + "ab"),
    ],
)
def test_names_that_could_do_harm_are_refused(name: str) -> None:
    with pytest.raises(DataError, match=r"can't be in an archive; letters, digits, - _ \. expected"):
        check_archived_names(["fine", name])


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["a/b", "a/B"], "'a/B' can't be in an archive twice, whatever its casing"),
        (["Contents.json"], "twice"),
        (["a", "a/b"], "'a' can't be both a file and a folder"),
        (["a/b/c", "A"], "'a' can't be both a file and a folder"),
    ],
)
def test_names_that_are_one_to_a_file_system_are_refused(names: list[str], says: str) -> None:
    with pytest.raises(DataError, match=says):
        check_archived_names(names)


@pytest.mark.parametrize(
    ("size_bytes", "sha256"), [(-1, HASH), (MAX_FILE_BYTES + 1, HASH), (1, HASH[1:]), (1, HASH + "\n"), (1, "g" * 64)]
)
def test_sizes_and_hashes_are_bounded(size_bytes: int, sha256: str) -> None:
    ArchivedFile(size_bytes=MAX_FILE_BYTES, sha256=HASH)
    with pytest.raises(ValidationError):
        ArchivedFile(size_bytes=size_bytes, sha256=sha256)


def test_progress_is_shown_by_bytes() -> None:
    files = {name: ArchivedFile(size_bytes=size, sha256=HASH) for name, size in (("a", 1), ("b", 0), ("c", 3))}
    assert ArchiveContents(nlpbot="1", made_at="now", files=files).size_bytes == 4
    shown: list[tuple[float, float]] = []
    names = [name for name, _ in file_by_file(files, lambda done, total, _text="": shown.append((done, total)))]
    assert names == ["a", "b", "c"]
    assert shown == [(1, 4), (1, 4), (4, 4)]
