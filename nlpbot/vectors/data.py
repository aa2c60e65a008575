"""What vectors are trained on and measured on: a corpus as pieces, pairs of words with scores, analogies."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.corpus import read_lines, read_text, text_bytes, whole_words
from nlpbot.core.text.language import language_of

__all__ = ["Pair", "Question", "corpus_facts", "corpus_pieces", "read_analogies", "read_pairs"]

SCORE_NAMES = ("simlex999", "kor_score", "human (mean)", "mean", "score", "similarity", "rating", "human")
SYNTACTIC = ("gram", "syn")
ANALOGY_WORDS = 4


@dataclass(frozen=True, slots=True)
class Pair:
    """Two words, and how alike people found them; higher is more alike."""

    first: str
    second: str
    score: float


@dataclass(frozen=True, slots=True)
class Question:
    """An analogy: a is to b as c is to d."""

    a: str
    b: str
    c: str
    d: str
    section: str

    @property
    def syntactic(self) -> bool:
        """Whether it asks for a form of a word rather than for a meaning."""
        return self.section.startswith(SYNTACTIC)


def corpus_pieces(paths: Iterable[Path]) -> Iterator[str]:
    """Yield the text of some files in pieces of about a million characters, none of which splits a word.

    Raises:
        DataError: a file can't be read, or is empty.
    """
    for path in paths:
        yield from whole_words(read_text(path))


def corpus_facts(paths: Sequence[Path]) -> tuple[int, bool]:
    """Return about how many bytes of text there are, and whether the first file starts in Korean.

    Raises:
        DataError: a file can't be read, or is empty.
    """
    starts = [next(read_text(path)) for path in paths]
    return round(sum(map(text_bytes, paths))), language_of(starts[0]) == "ko"


def read_pairs(path: Path) -> list[Pair]:
    """Return the rows of a file such as WordSim-353 or SimLex-999: two words and a score, by tabs, commas or spaces.

    The score is the column of a usual name, else the first after the words that holds only numbers.

    Raises:
        DataError: a row has no two words or no score, or there are fewer than two rows.
    """
    rows = [(number, _fields(line)) for number, line in read_lines(path) if line.strip() and not line.startswith("#")]
    header = rows.pop(0)[1] if rows and _is_header(rows[0][1]) else []
    column = _score_column(header, rows)
    pairs = []
    for number, fields in rows:
        if len(fields) <= column or not _is_number(fields[column]):
            raise DataError.at(path, number, f"no score in column {column + 1}; two words and a number expected")
        pairs.append(Pair(fields[0], fields[1], float(fields[column])))
    if len(pairs) < 2:  # ranks need two
        raise DataError(f"{path}: {len(pairs)} rows found; at least 2 of two words and a number expected")
    return pairs


def read_analogies(path: Path) -> list[Question]:
    """Return the questions of a file such as Google's: four words a line, sections after ``:`` or ``#``.

    Raises:
        DataError: a line has not four words, or there is none.
    """
    questions: list[Question] = []
    section = ""
    for number, line in read_lines(path):
        fields = line.split()
        if not fields:
            continue
        if fields[0][0] in ":#":
            section = " ".join(fields).lstrip(":# ")
        elif len(fields) == ANALOGY_WORDS:
            questions.append(Question(fields[0], fields[1], fields[2], fields[3], section))
        else:
            raise DataError.at(path, number, f"{len(fields)} words found; {ANALOGY_WORDS} expected (a b c d)")
    if not questions:
        raise DataError(f"{path}: no analogies; lines of {ANALOGY_WORDS} words expected")
    return questions


def _fields(line: str) -> list[str]:
    separator = next((mark for mark in "\t,;" if mark in line), None)
    return [field.strip().strip('"') for field in line.split(separator)]


def _is_header(fields: Sequence[str]) -> bool:
    return not any(map(_is_number, fields)) or any(field.lower() in SCORE_NAMES for field in fields[2:])


def _score_column(header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]) -> int:
    names = [name.lower() for name in header]
    named = next((names.index(name) for name in SCORE_NAMES if name in names[2:]), None)
    if named is not None:
        return named
    width = min((len(fields) for _, fields in rows), default=0)
    numeric = (column for column in range(2, width) if all(_is_number(fields[column]) for _, fields in rows))
    return next(numeric, 2)


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False
