"""Read labelled rows and question–answer pairs: .tsv, .csv, .txt with tabs, .jsonl, also .gz, .xz and standard input.

Columns are found by their usual names, or named by the caller; two columns without a header work too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlpbot.core.kernel.errors import DataError
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
from nlpbot.core.text.corpus import called
from nlpbot.core.text.records import Record, read_records

__all__ = ["Example", "Pair", "label_column", "read_labelled", "read_pairs"]

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
        note: is given what was guessed.

    Raises:
        DataError: a column or a value is missing, or the file can't be read as what its name says.
    """
    expected = columns or Columns()
    records, header = _all_records(path, expected)
    if header.names == ("0", "1"):
        found = _two_columns(path, records, note)
    else:
        found = _Found(
            text=header.need(TEXT_NAMES, expected.text, "--text-column"),
            label=header.need(LABEL_NAMES, expected.label, "--label-column"),
            group=header.find(GROUP_NAMES, expected.group, "--group-column"),
            time=header.find(TIME_NAMES, expected.time, "--time-column"),
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


def _all_records(path: Path, columns: Columns | None = None) -> tuple[list[Record], Header]:
    """Return the rows of a table, and its columns."""
    records = list(read_records(path, columns))
    if not records:
        raise DataError(f"{called(path)}: no rows; at least one expected")
    return records, Header(path, tuple(records[0][1]))


def label_column(rows: Sequence[Sequence[str]]) -> int:
    """Return which of two columns without names, 0 or 1, is the label: that of fewer distinct values, or the shorter.

    Args:
        rows: two cells each, at least one row.
    """
    first, second = ((len(set(column)), sum(map(len, column))) for column in zip(*rows, strict=True))
    return 0 if first <= second else 1


def _two_columns(path: Path, records: list[Record], note: Note) -> _Found:
    label = label_column([(row["0"], row["1"]) for _, row in records])
    distinct = len({row[str(label)] for _, row in records})
    note(f"{called(path)}: no header; column {label + 1} is taken for the label ({distinct} distinct values)")
    return _Found(text=str(1 - label), label=str(label))


def _example(path: Path, line: int, row: Mapping[str, str], found: _Found) -> Example:
    text, label = _value(path, line, row, found.text), _value(path, line, row, found.label).casefold()
    return Example(text, label, *(_optional(row, name) for name in (found.group, found.time, found.kind)))


def _optional(row: Mapping[str, str], name: str | None) -> str | None:
    return row.get(name) or None if name else None


def _value(path: Path, line: int, row: Mapping[str, str], name: str) -> str:
    value = row.get(name, "").strip()
    if not value:
        raise DataError.at(called(path), line, f"{name} is empty; a value expected")
    return value
