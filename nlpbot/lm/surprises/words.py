"""Which words of a text surprise a language model: the nats of its tokens gathered into words and lines."""

import heapq
import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nlpbot.core.kernel.console import Table
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.corpus import called, read_long_lines
from nlpbot.core.text.tokenizer import Tokenizer
from nlpbot.lm.measure.reading import start_of_text
from nlpbot.lm.predictor import LmPredictor
from nlpbot.lm.surprises.surprise import WARM_UP, token_surprisals

__all__ = [
    "LEGEND",
    "Line",
    "Word",
    "most_surprising",
    "read_surprise",
    "shaded",
    "surprise_document",
    "surprised_lines",
    "words_table",
]

SECTION = 1_000_000
"""Characters that are read together, in whole lines."""
CHUNK = re.compile(r" ?\S+|\s+(?!\S)|\s")
"""A word with the space before it, or other white space: what no tokenizer here joins with what follows."""
STEPS = (2.0, 3.0, 4.0, 5.0)
"""Nats a character from which a word is shaded ever more strongly: chances of 1 in 7, 20, 55 and 150 for each."""
LEGEND = (("\nnats a character from: ", 0), *((f" {step:.0f} ", shade) for shade, step in enumerate(STEPS, start=1)))
"""Pieces of the line that says what the shades mean."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word between white space, and how surprising it was."""

    word: str
    start: int
    """Code points of the line before it."""
    end: int
    nats: float
    """Of all its tokens, with the one space before it."""

    @property
    def nats_per_character(self) -> float:
        """By which words are compared, since a long one takes more nats to say; the space before it counts."""
        return self.nats / (self.end - self.start + 1)

    def to_json(self) -> dict[str, Any]:
        """Return all of it."""
        return {**asdict(self), "nats_per_character": self.nats_per_character}


@dataclass(frozen=True, slots=True)
class Line:
    """A line, and how surprising its words were."""

    number: int
    """From 1."""
    text: str
    """Without its end."""
    words: tuple[Word, ...]
    nats: float
    """Of all its tokens, its end included; blank lines after it count here too, as a tokenizer may join them."""
    tokens: int

    @property
    def nats_per_token(self) -> float:
        """The mean; 0 for a line without any token."""
        return self.nats / max(self.tokens, 1)

    def to_json(self) -> dict[str, Any]:
        """Return the line with its words."""
        return {
            "line": self.number,
            "text": self.text,
            "tokens": self.tokens,
            "nats_per_token": self.nats_per_token,
            "words": [word.to_json() for word in self.words],
        }


def surprised_lines(predictor: LmPredictor, lines: Iterable[str], *, where: Path | str = "text") -> Iterator[Line]:
    """Yield each line of a text with the surprise of its words, the model's state carried from line to line.

    Args:
        predictor: of the language model.
        lines: without their ends; the first is read as after a line's end.
        where: what errors call the text.

    Raises:
        DataError: a character was never seen and the tokenizer can't write it.
    """
    number, before = 1, np.array(start_of_text(predictor.tokenizer))
    for section in _sections(lines):
        chunks = _chunks(predictor.tokenizer, section, where=where, number=number)
        ids = np.array([index for chunk in chunks for index in chunk.ids], dtype=np.int64)
        nats = token_surprisals(predictor.model, ids, predictor.device, before=before)
        yield from _gathered(section, chunks, nats, number=number)
        number += len(section)
        before = np.append(before, ids)[-WARM_UP:]


def read_surprise(bundle: Path, file: Path, *, device: str) -> Iterator[Line]:
    """Return the lines of a file, each with the surprise of its words, as they are read.

    Args:
        bundle: of the language model.
        file: of text; a line of over a million characters is read, numbered and shown as several.
        device: where to compute.

    Raises:
        DataError: the file can't be read.
    """
    predictor = LmPredictor.load(bundle, device=device)
    return surprised_lines(predictor, read_long_lines(file), where=called(file))


def surprise_document(lines: Iterable[Line], top: int | None = None) -> dict[str, Any]:
    """Return all lines as one JSON document, and the `top` most surprising words where so many are asked for."""
    lines = list(lines)
    tokens = sum(line.tokens for line in lines)
    document: dict[str, Any] = {
        "tokens": tokens,
        "nats_per_token": sum(line.nats for line in lines) / max(tokens, 1),
        "lines": [line.to_json() for line in lines],
    }
    if top is not None:
        document["top"] = [{"line": number, **word.to_json()} for number, word in most_surprising(lines, top)]
    return document


def words_table(lines: Iterable[Line], top: int, *, file: Path) -> Table:
    """Return the most surprising words of a file with where they stand."""
    rows = [
        [f"{word.nats_per_character:.2f}", f"{word.nats:.2f}", word.word, str(number), f"{word.start}–{word.end}"]
        for number, word in most_surprising(lines, top)
    ]
    columns = ["nats a character", "nats", "word", "line", "characters"]
    return Table(f"{called(file)}: the most surprising words", columns, rows)


def most_surprising(lines: Iterable[Line], count: int) -> list[tuple[int, Word]]:
    """Return the most surprising words with the numbers of their lines, the most surprising first."""
    words = ((line.number, word) for line in lines for word in line.words)
    return heapq.nlargest(count, words, key=lambda pair: pair[1].nats_per_character)


def shaded(line: Line) -> Iterator[tuple[str, int]]:
    """Yield the pieces of a line, each with how strongly it is to be shaded."""
    place = 0
    for word in line.words:
        yield line.text[place : word.start], 0
        yield word.word, bisect_right(STEPS, word.nats_per_character)
        place = word.end
    yield line.text[place:], 0


@dataclass(frozen=True, slots=True)
class _Chunk:
    start: int
    """Code points of the section before it."""
    text: str
    ids: list[int]


def _sections(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yield lines some at a time, each with its end but for the last of all."""
    held: list[str] = []
    size = 0
    for line in lines:
        if held:
            held[-1] += "\n"
        if size > SECTION:
            yield held
            held, size = [], 0
        held.append(line)
        size += len(line) + 1
    if held:
        yield held


def _chunks(tokenizer: Tokenizer, section: list[str], *, where: Path | str, number: int) -> list[_Chunk]:
    text = "".join(section)
    known: dict[str, list[int]] = {}
    chunks = []
    for match in CHUNK.finditer(text):
        chunk = match[0]
        if chunk not in known:
            try:
                known[chunk] = tokenizer.encode(chunk)
            except ValueError as error:
                raise DataError.at(where, number + text.count("\n", 0, match.start()), str(error)) from error
        chunks.append(_Chunk(match.start(), chunk, known[chunk]))
    return chunks


def _gathered(
    section: list[str], chunks: Iterable[_Chunk], nats: Float[ndarray, " N"], *, number: int
) -> Iterator[Line]:
    """Yield the lines of a section, the first of which has that number."""
    upto = np.append(0.0, nats.cumsum(dtype=np.float64)).tolist()
    left, place, token = deque(chunks), 0, 0
    for at, line in enumerate(section, start=number):
        words, first = [], token
        while left and left[0].start < place + len(line):
            chunk = left.popleft()
            before, token = token, token + len(chunk.ids)
            if word := chunk.text.strip():
                end = chunk.start + len(chunk.text) - place
                words.append(Word(word, end - len(word), end, upto[token] - upto[before]))
        yield Line(at, line.removesuffix("\n"), tuple(words), upto[token] - upto[first], token - first)
        place += len(line)
