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

from nlpbot.core.console import can_shade, is_terminal, print_json, print_shaded, print_table
from nlpbot.core.errors import DataError
from nlpbot.core.text.corpus import called, read_long_lines
from nlpbot.core.text.tokenizer import Tokenizer
from nlpbot.lm.predictor import LmPredictor
from nlpbot.lm.reading import start_of_text
from nlpbot.lm.surprise import WARM_UP, token_surprisals

__all__ = ["Line", "Word", "print_surprise", "surprised_lines"]

SECTION = 1_000_000
"""Characters that are read together, in whole lines."""
CHUNK = re.compile(r" ?\S+|\s+(?!\S)|\s")
"""A word with the space before it, or other white space: what no tokenizer here joins with what follows."""
STEPS = (2.0, 3.0, 4.0, 5.0)
"""Nats a character from which a word is shaded ever more strongly: chances of 1 in 7, 20, 55 and 150 for each."""
WITHOUT_COLOURS = 20
"""Words that a terminal which can't shade is shown."""


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


def print_surprise(bundle: Path, file: Path, *, device: str, top: int | None = None, as_json: bool = False) -> None:
    """Print which words of a file surprised a language model.

    Args:
        bundle: of the language model.
        file: of text; a line of over a million characters is read, numbered and shown as several.
        device: where to compute.
        top: only so many of the most surprising words, as a table; None shows all lines, in a terminal that has
            no colours the 20 most surprising words.
        as_json: whether to print one JSON document, which always has all lines; without it, outside
            a terminal, each line is an object of its own.

    Raises:
        DataError: the file can't be read.
    """
    predictor = LmPredictor.load(bundle, device=device)
    lines = surprised_lines(predictor, read_long_lines(file), where=called(file))
    if top is None and is_terminal() and not can_shade():
        top = WITHOUT_COLOURS
    if as_json:
        print_json(_document(list(lines), top))
    elif top is not None:
        _print_words(_most_surprising(lines, top), file)
    elif can_shade():
        for line in lines:
            print_shaded(_shaded(line))
        steps = ((f" {step:.0f} ", shade) for shade, step in enumerate(STEPS, start=1))
        print_shaded([("\nnats a character from: ", 0), *steps])
    else:
        for line in lines:
            print_json(_described(line))


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


def _shaded(line: Line) -> Iterator[tuple[str, int]]:
    """Yield the pieces of a line, each with how strongly it is to be shaded."""
    place = 0
    for word in line.words:
        yield line.text[place : word.start], 0
        yield word.word, bisect_right(STEPS, word.nats_per_character)
        place = word.end
    yield line.text[place:], 0


def _most_surprising(lines: Iterable[Line], count: int) -> list[tuple[int, Word]]:
    """Return the most surprising words with the numbers of their lines, the most surprising first."""
    words = ((line.number, word) for line in lines for word in line.words)
    return heapq.nlargest(count, words, key=lambda pair: pair[1].nats_per_character)


def _print_words(words: Iterable[tuple[int, Word]], file: Path) -> None:
    rows = [
        [f"{word.nats_per_character:.2f}", f"{word.nats:.2f}", word.word, str(number), f"{word.start}–{word.end}"]
        for number, word in words
    ]
    columns = ["nats a character", "nats", "word", "line", "characters"]
    print_table(f"{called(file)}: the most surprising words", columns, rows)


def _document(lines: list[Line], top: int | None) -> dict[str, Any]:
    tokens = sum(line.tokens for line in lines)
    document: dict[str, Any] = {
        "tokens": tokens,
        "nats_per_token": sum(line.nats for line in lines) / max(tokens, 1),
        "lines": [_described(line) for line in lines],
    }
    if top is not None:
        document["top"] = [{"line": number, **_described_word(word)} for number, word in _most_surprising(lines, top)]
    return document


def _described(line: Line) -> dict[str, Any]:
    return {
        "line": line.number,
        "text": line.text,
        "tokens": line.tokens,
        "nats_per_token": line.nats_per_token,
        "words": [_described_word(word) for word in line.words],
    }


def _described_word(word: Word) -> dict[str, Any]:
    return {**asdict(word), "nats_per_character": word.nats_per_character}
