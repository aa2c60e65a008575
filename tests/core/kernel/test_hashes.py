import hashlib
from pathlib import Path

import pytest

from nlpbot.core.kernel import hashes
from nlpbot.core.kernel.hashes import distinct_names, hashes_of, sha256_of


@pytest.mark.parametrize("content", [b"", b"abc" * 10, b"abcd"])
def test_hashes_are_of_the_whole_file(tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashes, "CHUNK_BYTES", 4)
    path = tmp_path / "a"
    path.write_bytes(content)
    assert sha256_of(path) == hashlib.sha256(content).hexdigest()


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    assert distinct_names(["a/x.txt", "y.txt", Path("b") / "x.txt"]) == ["a/x.txt", "y.txt", "b/x.txt"]
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(name)
    files = [tmp_path / "a.txt", tmp_path / "b.txt"]
    assert hashes_of(files) == {"a.txt": sha256_of(files[0]), "b.txt": sha256_of(files[1])}
