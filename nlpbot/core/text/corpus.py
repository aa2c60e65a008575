"""Read raw text of any size: in chunks, whatever the line length; .gz and .xz as they are, "-" from standard input."""

import codecs
import gzip
import io
import lzma
import sys
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

from nlpbot.core.kernel.errors import DataError

__all__ = [
    "MAX_LINE_BYTES",
    "STDIN",
    "LineReader",
    "called",
    "open_binary",
    "read_bytes",
    "read_lines",
    "read_long_lines",
    "read_text",
    "text_bytes",
    "whole_words",
]

STDIN = Path("-")
"""Stands for standard input, which can be read once."""
CHUNK_BYTES = 1 << 20
MAX_LINE_BYTES = 1 << 20
MAX_LOST = 0.05
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
GROWTH = {".xz": 3.5, ".gz": 3.0}
"""How much larger text is than its compressed file, about."""
COMPRESSION_ERRORS = (EOFError, gzip.BadGzipFile, lzma.LZMAError, zlib.error)


def open_binary(path: Path) -> io.BufferedIOBase:
    """Return the file opened for reading bytes, decompressed if its name ends in .gz or .xz.

    Raises:
        DataError: it is missing, a folder, or can't be read.
    """
    try:
        if path.suffix == ".gz":
            return gzip.open(path, "rb")
        if path.suffix == ".xz":
            return lzma.open(path, "rb")
        return path.open("rb")
    except OSError as error:
        raise DataError(f"{path}: can't be read: {error.strerror}") from error


def called(path: Path) -> Path | str:
    """Return what a message is to call a file."""
    return "standard input" if path == STDIN else path


def text_bytes(path: Path) -> float:
    """Return how many bytes of text a file holds, about where it is compressed."""
    return path.stat().st_size * GROWTH.get(path.suffix, 1.0)


def read_bytes(path: Path) -> Iterator[bytes]:
    """Yield a file in chunks of at most 1 MiB, decompressed; standard input as it comes.

    Raises:
        DataError: it can't be read, or is cut short.
    """
    if path == STDIN:
        piped = cast("io.BufferedReader", sys.stdin.buffer)
        yield from iter(lambda: piped.read1(CHUNK_BYTES), b"")
        return
    with open_binary(path) as file:
        try:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk
        except COMPRESSION_ERRORS as error:
            raise DataError(f"{path}: damaged: {error}") from error


def read_text(path: Path) -> Iterator[str]:
    """Yield a UTF-8 text in chunks of about a million characters; a BOM is dropped.

    Raises:
        DataError: the file is empty, binary, or not UTF-8; the message names the encoding that would fit. Standard
            input may be empty.
    """
    where = called(path)
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    offset, empty = 0, True
    for chunk in read_bytes(path):
        if offset == 0 and chunk.startswith(UTF16_MARKS):
            raise DataError(f"{where}: encoded as UTF-16; UTF-8 expected: iconv -f UTF-16 -t UTF-8 {path.name}")
        if b"\0" in chunk:
            raise DataError(f"{where}: binary (a zero byte at or after byte {offset}); UTF-8 text expected")
        text = _decode(decoder, chunk, path, offset)
        offset += len(chunk)
        if text:
            empty = empty and not text.strip()
            yield text
    _decode(decoder, b"", path, offset, final=True)
    if empty and path != STDIN:
        raise DataError(f"{path}: empty; text expected")


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    r"""Yield each line with its number from 1, without its line end; \r\n counts as one.

    Raises:
        DataError: as `read_text`, or a line is over 1 MiB.
    """
    yield from LineReader(path)


class LineReader:
    r"""The lines of a file with their numbers, as `read_lines` yields them, and whether more of them are there.

    Args:
        path: of the file.

    Attributes:
        bytes_read: of text, so far.
    """

    def __init__(self, path: Path) -> None:
        self._where = called(path)
        self._chunks = read_text(path)
        self._lines: deque[str] = deque()
        self._rest = ""
        self._number = 0
        self.bytes_read = 0

    @property
    def waits(self) -> bool:
        """Whether the next line is still to be read; from a pipe, that may take long."""
        return not self._lines

    def __iter__(self) -> "LineReader":
        return self

    def __next__(self) -> tuple[int, str]:
        while not self._lines:
            self._read()
        self._number += 1
        line = self._lines.popleft()
        _check_length(line, self._where, self._number)
        return self._number, line.removesuffix("\r")

    def _read(self) -> None:
        """Read some more.

        Raises:
            StopIteration: there is no more.
        """
        _check_length(self._rest, self._where, self._number + 1)
        chunk = next(self._chunks, None)
        if chunk is None and not self._rest:
            raise StopIteration
        self.bytes_read += len((chunk or "").encode())
        *lines, self._rest = (self._rest + (chunk or "\n")).split("\n")
        self._lines.extend(lines)


def read_long_lines(path: Path) -> Iterator[str]:
    """Yield each line without its line end; one of more than about a million characters in parts, as several lines.

    Raises:
        DataError: as `read_text`.
    """
    rest = ""
    for piece in whole_words(read_text(path)):
        if len(rest) > CHUNK_BYTES and piece[0] not in "\r\n":
            yield rest
            rest = ""
        *lines, rest = (rest + piece).split("\n")
        yield from (line.removesuffix("\r") for line in lines)
    if rest:
        yield rest.removesuffix("\r")


def whole_words(chunks: Iterable[str]) -> Iterator[str]:
    """Yield the chunks of a text cut anew, after a space or a line end, so that none splits a word.

    A stretch of a million characters without either is cut as it is.
    """
    rest = ""
    for chunk in chunks:
        joined = rest + chunk
        cut = max(joined.rfind(" "), joined.rfind("\n")) + 1
        if not cut and len(joined) > CHUNK_BYTES:
            cut = len(joined)
        if cut:
            yield joined[:cut]
        rest = joined[cut:]
    if rest:
        yield rest


def _check_length(line: str, where: Path | str, number: int) -> None:
    if 4 * len(line) > MAX_LINE_BYTES and len(line.encode()) > MAX_LINE_BYTES:
        raise DataError.at(where, number, "a row over 1 MiB; rows are to be messages, so split it")


def _decode(decoder: codecs.IncrementalDecoder, chunk: bytes, path: Path, offset: int, *, final: bool = False) -> str:
    try:
        return decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        message = f"{called(path)}: not UTF-8 near byte {offset + error.start}; {_advice(chunk, path)}"
        raise DataError(message) from error


def _advice(chunk: bytes, path: Path) -> str:
    # Curly quotes and letters of cp1252 happen to be rare syllables of cp949, but not the usual ones of EUC-KR.
    if _lost(chunk, "cp949") < MAX_LOST and _lost(chunk, "euc_kr") < 0.5:
        encoding = "cp949"
    elif _lost(chunk, "cp1252") < MAX_LOST:
        encoding = "cp1252"
    else:
        return "UTF-8 text expected"
    return f"{encoding} would fit: iconv -f {encoding} -t UTF-8 {path.name}"


def _lost(chunk: bytes, encoding: str) -> float:
    """Return what fraction of what is not ASCII an encoding can't read."""
    text = chunk.decode(encoding, errors="replace")
    beyond = sum(c > "\x7f" for c in text)
    return text.count("\ufffd") / beyond if beyond else 1.0
