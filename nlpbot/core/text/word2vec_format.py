"""The text format of word2vec: a word and its numbers a line, after a first line ``WORDS DIM`` that GloVe's lacks."""

import gzip
import lzma
import os
from io import TextIOWrapper
from itertools import chain
from pathlib import Path

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.corpus import read_lines
from nlpbot.core.text.word_vectors import WordVectors

__all__ = ["read_word2vec", "write_word2vec"]

MIN_DIM = 2
TOLD_EVERY = 5_000


def read_word2vec(path: Path, *, progress: ProgressLine | None = None) -> WordVectors:
    """Return the vectors of a text file, also of a .gz or .xz; of a word that comes twice the first.

    Args:
        path: of the file; the most frequent words are to come first, as is usual.
        progress: shows how many words were read.

    Raises:
        DataError: it can't be read, a line is not a word and its numbers, or lines are missing.
    """
    lines = read_lines(path)
    start = next(lines)
    header = _header(start[1])
    dim = header[1] if header else len(start[1].split()) - 1
    if dim < MIN_DIM:
        raise DataError.at(path, 1, f"no vectors in word2vec's text format: {start[1][:40]!r}; 'WORDS DIM' expected")
    known: dict[str, None] = {}
    numbers = bytearray()
    found, expected = 0, header[0] if header else 0
    for number, line in lines if header else chain([start], lines):
        if not line.strip():
            continue
        word, vector = _row(path, number, line, dim)
        found += 1
        if word not in known:
            known[word] = None
            numbers += vector.tobytes()
        if progress is not None and found % TOLD_EVERY == 0:
            progress(found, expected, f"read {found:,} words")
    if found < max(expected, 1):
        raise DataError(f"{path}: cut short: {found:,} of {expected:,} words found")
    return WordVectors(list(known), np.frombuffer(numbers, dtype=np.float32).reshape(-1, dim), [0] * len(known))


def write_word2vec(vectors: WordVectors, path: Path, *, progress: ProgressLine | None = None) -> None:
    """Write vectors to a text file, compressed if its name ends in .gz or .xz; a reader sees none of it or all."""
    fresh = path.with_name(f"{path.stem}.new{path.suffix}")
    try:
        with _open_for_writing(fresh) as file:
            file.write(f"{len(vectors.words)} {vectors.dim}\n")
            for number, (word, row) in enumerate(zip(vectors.words, vectors.matrix, strict=True), start=1):
                file.write(f"{word} {' '.join(f'{value:.6g}' for value in row.tolist())}\n")
                if progress is not None and number % TOLD_EVERY == 0:
                    progress(number, len(vectors.words), f"wrote {number:,} words")
            file.flush()
        with fresh.open("rb+") as written:
            os.fsync(written.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _open_for_writing(path: Path) -> TextIOWrapper:
    if path.suffix == ".gz":
        return gzip.open(path, "wt", encoding="utf-8", newline="\n")
    if path.suffix == ".xz":
        return lzma.open(path, "wt", encoding="utf-8", newline="\n")
    return path.open("w", encoding="utf-8", newline="\n")


def _header(line: str) -> tuple[int, int] | None:
    fields = line.split()
    counts = len(fields) == 2 and all(field.isascii() and field.isdigit() for field in fields)  # a word and 1 number
    return (int(fields[0]), int(fields[1])) if counts else None


def _row(path: Path, number: int, line: str, dim: int) -> tuple[str, Float[ndarray, " dim"]]:
    """Return the word and the numbers of a line; words of some files hold spaces."""
    fields = line.rstrip(" \t").replace("\t", " ").rsplit(" ", dim)
    try:
        vector = np.array(fields[1:], dtype=np.float32)
    except ValueError as error:
        raise DataError.at(path, number, f"a word and {dim} numbers expected: {error}") from error
    if len(vector) != dim:
        raise DataError.at(path, number, f"{len(vector)} numbers found; {dim} expected after the word")
    if not np.isfinite(vector).all():
        raise DataError.at(path, number, "a number is not finite; numbers expected")
    return fields[0], vector
