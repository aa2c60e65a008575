import gzip
import io
import lzma
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text import corpus
from nlpbot.core.text.corpus import (
    STDIN,
    LineReader,
    read_bytes,
    read_lines,
    read_long_lines,
    read_text,
    text_bytes,
    whole_words,
)


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(("name", "pack"), [("a.txt", bytes), ("a.txt.gz", gzip.compress), ("a.txt.xz", lzma.compress)])
def test_compressed_files_read_as_they_are(tmp_path: Path, name: str, pack: object) -> None:
    path = written(tmp_path, name, pack("첫 줄\r\nsecond\n\nlast".encode()))  # type: ignore[operator]
    assert list(read_lines(path)) == [(1, "첫 줄"), (2, "second"), (3, ""), (4, "last")]


def test_chunks_split_neither_characters_nor_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "CHUNK_BYTES", 2)
    path = written(tmp_path, "a.txt", b"\xef\xbb\xbf" + "가나\n🙂b\r\n".encode())
    assert "".join(read_text(path)) == "가나\n🙂b\r\n"
    assert list(read_lines(path)) == [(1, "가나"), (2, "🙂b")]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.txt", b"", "empty; text expected"),
        ("a.txt", b"\xef\xbb\xbf \n\n", "empty; text expected"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary (a zero byte"),
        ("a.txt", "hello".encode("utf-16"), "encoded as UTF-16; UTF-8 expected: iconv -f UTF-16"),
        ("a.txt", "안녕하세요, 반갑습니다".encode("cp949"), "cp949 would fit: iconv -f cp949"),
        ("a.txt", "It’s café".encode("cp1252"), "cp1252 would fit: iconv -f cp1252"),
        ("a.txt", "It’s mine, isn’t it".encode("cp1252"), "cp1252 would fit"),  # two rare syllables in cp949
        ("a.txt", b"fine, then \xe2\x82", "; UTF-8 text expected"),
        ("a.txt.gz", b"no gzip", "damaged"),
        ("a.txt.gz", gzip.compress(b"x" * 999)[:-9], "damaged"),
        ("a.txt.xz", lzma.compress(b"x" * 999)[:-9], "damaged"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = written(tmp_path, name, content)
    with pytest.raises(DataError) as caught:
        list(read_lines(path))
    assert str(caught.value).startswith(f"{path}: ")
    assert says in str(caught.value)


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.txt", tmp_path / "none.txt.gz"):
        with pytest.raises(DataError, match="can't be read"):
            list(read_bytes(path))


def test_an_endless_line_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chunks_read = 0

    def a_gigabyte(_: Path) -> Iterator[bytes]:
        nonlocal chunks_read
        yield b"first\n"
        for _ in range(1024):
            chunks_read += 1
            assert chunks_read <= 2
            yield b"x" * (1 << 20)

    monkeypatch.setattr(corpus, "read_bytes", a_gigabyte)
    with pytest.raises(DataError, match=r"big\.tsv:2: a row over 1 MiB"):
        list(read_lines(tmp_path / "big.tsv"))


def test_a_line_is_measured_in_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "MAX_LINE_BYTES", 30)
    assert list(read_lines(written(tmp_path, "a.txt", "가".encode() * 10 + b"\nfine"))) == [(1, "가" * 10), (2, "fine")]
    with pytest.raises(DataError, match=r"a\.txt:2: a row over"):
        list(read_lines(written(tmp_path, "a.txt", b"fine\n" + "가".encode() * 11)))


@given(st.lists(st.text("ab \n", max_size=6), max_size=8))
def test_chunks_of_whole_words_are_the_same_text(chunks: list[str]) -> None:
    cut = list(whole_words(chunks))
    assert "".join(cut) == "".join(chunks)
    assert all(chunk[-1] in " \n" for chunk in cut[:-1])


def test_a_compressed_text_is_reckoned_larger_than_its_file(tmp_path: Path) -> None:
    for name, growth in (("a.txt", 1), ("a.txt.gz", 3), ("a.txt.xz", 3.5)):
        (tmp_path / name).write_bytes(b"x" * 200)
        assert text_bytes(tmp_path / name) == 200 * growth


def test_a_line_that_is_too_long_to_hold_comes_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "CHUNK_BYTES", 8)
    path = written(tmp_path, "a.txt", "short\r\none two three four 가나다라\n\nlast".encode())
    assert list(read_long_lines(path)) == ["short", "one two three ", "four 가나다라", "", "last"]
    assert list(read_long_lines(written(tmp_path, "b.txt", b"x" * 16 + b"\nb\n"))) == ["x" * 16, "b"]


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Where to write what standard input is to hold."""
    reading, writing = os.pipe()
    with os.fdopen(reading) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield writing


def test_lines_of_a_pipe_are_there_before_it_ends(pipe: int) -> None:
    lines = LineReader(STDIN)
    os.write(pipe, "첫 줄\nsecond\r\nhal".encode())
    assert lines.waits
    assert next(lines) == (1, "첫 줄")
    assert not lines.waits
    assert next(lines) == (2, "second")
    assert lines.waits
    os.write(pipe, b"f\n\nlast")
    assert [next(lines), next(lines)] == [(3, "half"), (4, "")]
    os.close(pipe)
    assert list(lines) == [(5, "last")]
    assert lines.bytes_read == len("첫 줄\nsecond\r\nhalf\n\nlast".encode())


@pytest.mark.parametrize(("content", "says"), [(b"ab\xff", "not UTF-8 near byte 2"), (b"a\0b", "binary")])
def test_what_is_wrong_with_standard_input_says_so(content: bytes, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    with pytest.raises(DataError, match=f"^standard input: {says}"):
        list(read_lines(STDIN))


def test_an_empty_pipe_is_no_text_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert list(read_lines(STDIN)) == []
