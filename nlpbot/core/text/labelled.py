"""Read labelled rows and question–answer pairs: .tsv, .csv, .txt with tabs, .jsonl, also .gz and .xz.

Columns are found by their usual names, or named by the caller; two columns without a header work too.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nlpbot.core.errors import DataError
from nlpbot.core.text.columns import (
    ANSWER_NAMES,
    GROUP_NAMES,
    KIND_NAMES,
    LABEL_NAMES,
    QUESTION_NAMES,
    TEXT_NAMES,
    TIME_NAMES,
    Columns,
    Header,
)
from nlpbot.core.text.corpus import MAX_LINE_BYTES, read_lines
from nlpbot.core.text.records import Record, is_table, read_records

__all__ = ["Example", "Pair", "read_labelled", "read_pairs", "read_texts"]

Note = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled text. Examples of one group belong together: they are never split between training and test."""

    text: str
    label: str
    group: str | None = None
    time: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A question with its answer; pairs of one group share the answer."""

    question: str
    answer: str
    group: str | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """Which column holds what."""

    text: str
    label: str
    group: str | None = None
    time: str | None = None
    kind: str | None = None


def _silent(_: str) -> None:
    """Say nothing."""


def read_labelled(path: Path, columns: Columns | None = None, *, note: Note = _silent) -> list[Example]:
    """Return the labelled texts of a file; labels are compared case-folded and come back so.

    Args:
        path: its ending says how it is read.
        columns: names of columns, where they are not the usual ones.
        note: is told what was guessed.

    Raises:
        DataError: a column or a value is missing, or the file can't be read as what its name says.
    """
    wanted = columns or Columns()
    records, header = _all_records(path, wanted)
    if header.names == ("0", "1"):
        found = _two_columns(path, records, note)
    else:
        found = _Found(
            text=header.need(TEXT_NAMES, wanted.text, "--text-column"),
            label=header.need(LABEL_NAMES, wanted.label, "--label-column"),
            group=header.find(GROUP_NAMES, wanted.group, "--group-column"),
            time=header.find(TIME_NAMES, wanted.time, "--time-column"),
            kind=header.find(KIND_NAMES),
        )
    return [_example(path, line, row, found) for line, row in records]


def read_pairs(path: Path) -> list[Pair]:
    """Return the questions and answers of a file.

    Raises:
        DataError: there is no column for one of them, or a value is missing.
    """
    records, header = _all_records(path)
    question, answer, group = header.need(QUESTION_NAMES), header.need(ANSWER_NAMES), header.find(GROUP_NAMES)
    return [
        Pair(_value(path, line, row, question), _value(path, line, row, answer), _optional(row, group))
        for line, row in records
    ]


def read_texts(path: Path, columns: Columns | None = None) -> Iterator[str]:
    """Yield texts to be judged: the text column of a table, else each line that is not blank; "-" is standard input.

    Raises:
        DataError: the file can't be read.
    """
    if str(path) == "-":
        yield from _standard_input()
    elif is_table(path):
        records = read_records(path, columns)
        first = next(records, None)
        if first is None:
            return
        header = Header(path, tuple(first[1]))
        text = header.need(TEXT_NAMES, (columns or Columns()).text, "--text-column")
        yield _value(path, *first, text)
        yield from (_value(path, line, row, text) for line, row in records)
    else:
        yield from (line for _, line in read_lines(path) if line.strip())


def _standard_input() -> Iterator[str]:
    lines = iter(lambda: sys.stdin.buffer.readline(MAX_LINE_BYTES + 1), b"")
    for number, line in enumerate(lines, start=1):
        if len(line) > MAX_LINE_BYTES:
            raise DataError.at("standard input", number, "a row over 1 MiB; rows are to be messages, so split it")
        try:
            text = line.decode().strip()
        except UnicodeDecodeError as error:
            raise DataError.at("standard input", number, "not UTF-8; UTF-8 text wanted") from error
        if text:
            yield text


def _all_records(path: Path, columns: Columns | None = None) -> tuple[list[Record], Header]:
    """Return the rows of a table, and its columns."""
    records = list(read_records(path, columns))
    if not records:
        raise DataError(f"{path}: no rows; at least one wanted")
    return records, Header(path, tuple(records[0][1]))


def _two_columns(path: Path, records: list[Record], note: Note) -> _Found:
    """Return which of two columns without names is which: the label has fewer distinct values."""
    distinct = [len({row[name] for _, row in records}) for name in ("0", "1")]
    label, text = ("0", "1") if distinct[0] <= distinct[1] else ("1", "0")
    note(f"{path.name}: no header; column {int(label) + 1} is taken for the label ({min(distinct)} distinct values)")
    return _Found(text, label)


def _example(path: Path, line: int, row: Mapping[str, str], found: _Found) -> Example:
    text, label = _value(path, line, row, found.text), _value(path, line, row, found.label).casefold()
    return Example(text, label, *(_optional(row, name) for name in (found.group, found.time, found.kind)))


def _optional(row: Mapping[str, str], name: str | None) -> str | None:
    return row.get(name) or None if name else None


def _value(path: Path, line: int, row: Mapping[str, str], name: str) -> str:
    value = row.get(name, "").strip()
    if not value:
        raise DataError.at(path, line, f"{name} is empty; a value wanted")
    return value
