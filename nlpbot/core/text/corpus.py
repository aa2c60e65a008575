"""Read raw text of any size: in chunks, whatever the line length; .gz and .xz as they are."""

import codecs
import gzip
import io
import lzma
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from nlpbot.core.errors import DataError

__all__ = [
    "MAX_LINE_BYTES",
    "open_binary",
    "read_bytes",
    "read_lines",
    "read_long_lines",
    "read_text",
    "text_bytes",
    "whole_words",
]

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


def text_bytes(path: Path) -> float:
    """Return how many bytes of text a file holds, about where it is compressed."""
    return path.stat().st_size * GROWTH.get(path.suffix, 1.0)


def read_bytes(path: Path) -> Iterator[bytes]:
    """Yield a file in chunks of at most 1 MiB, decompressed.

    Raises:
        DataError: it can't be read, or is cut short.
    """
    with open_binary(path) as file:
        try:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk
        except COMPRESSION_ERRORS as error:
            raise DataError(f"{path}: damaged: {error}") from error


def read_text(path: Path) -> Iterator[str]:
    """Yield a UTF-8 text in chunks of about a million characters; a BOM is dropped.

    Raises:
        DataError: the file is empty, binary, or not UTF-8; the message names the encoding that would fit.
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    offset, empty = 0, True
    for chunk in read_bytes(path):
        if offset == 0 and chunk.startswith(UTF16_MARKS):
            raise DataError(f"{path}: encoded as UTF-16; UTF-8 wanted: iconv -f UTF-16 -t UTF-8 {path.name}")
        if b"\0" in chunk:
            raise DataError(f"{path}: binary (a zero byte at or after byte {offset}); UTF-8 text wanted")
        text = _decode(decoder, chunk, path, offset)
        offset += len(chunk)
        if text:
            empty = empty and not text.strip()
            yield text
    _decode(decoder, b"", path, offset, final=True)
    if empty:
        raise DataError(f"{path}: empty; text wanted")


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    r"""Yield each line with its number from 1, without its line end; \r\n counts as one.

    Raises:
        DataError: as `read_text`, or a line is over 1 MiB.
    """
    yield from enumerate(_split_lines(read_text(path), path), start=1)


def _split_lines(chunks: Iterable[str], path: Path) -> Iterator[str]:
    number, rest = 1, ""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split("\n")
        for line in lines:
            _check_length(line, path, number)
            yield line.removesuffix("\r")
            number += 1
        _check_length(rest, path, number)
    if rest:
        yield rest.removesuffix("\r")


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


def _check_length(line: str, path: Path, number: int) -> None:
    if 4 * len(line) > MAX_LINE_BYTES and len(line.encode()) > MAX_LINE_BYTES:
        raise DataError.at(path, number, "a row over 1 MiB; rows are to be messages, so split it")


def _decode(decoder: codecs.IncrementalDecoder, chunk: bytes, path: Path, offset: int, *, final: bool = False) -> str:
    try:
        return decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 near byte {offset + error.start}; {_advice(chunk, path)}") from error


def _advice(chunk: bytes, path: Path) -> str:
    # Curly quotes and letters of cp1252 happen to be rare syllables of cp949, but not the usual ones of EUC-KR.
    if _lost(chunk, "cp949") < MAX_LOST and _lost(chunk, "euc_kr") < 0.5:
        encoding = "cp949"
    elif _lost(chunk, "cp1252") < MAX_LOST:
        encoding = "cp1252"
    else:
        return "UTF-8 text wanted"
    return f"{encoding} would fit: iconv -f {encoding} -t UTF-8 {path.name}"


def _lost(chunk: bytes, encoding: str) -> float:
    """Return which share of what is not ASCII an encoding can't read."""
    text = chunk.decode(encoding, errors="replace")
    beyond = sum(c > "\x7f" for c in text)
    return text.count("\ufffd") / beyond if beyond else 1.0
