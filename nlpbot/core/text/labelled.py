"""Read labelled rows and question–answer pairs: .tsv, .csv, .txt with tabs, .jsonl, also .gz and .xz.

Columns are found by their usual names, or named by the caller; two columns without a header work too.
"""

import csv
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nlpbot.core.errors import DataError
from nlpbot.core.text.corpus import MAX_LINE_BYTES, read_lines

__all__ = ["Columns", "Example", "Pair", "read_labelled", "read_pairs", "read_records", "read_texts"]

TEXT_NAMES = ("text", "message", "sms", "utterance", "question", "q", "sentence", "body", "content", "v2")
LABEL_NAMES = ("label", "category", "intent", "class", "target", "v1")
GROUP_NAMES = ("group", "group_id")
TIME_NAMES = ("time", "date", "timestamp")
KIND_NAMES = ("kind", "type")
ANSWER_NAMES = ("answer", "a", "reply", "response")
MAX_CELL_CHARACTERS = 1 << 20
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""JSON can write them; databases and tokenizers break on them."""

Note = Callable[[str], None]
Record = tuple[int, dict[str, str]]


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
class Columns:
    """The names of columns, where they are not the usual ones."""

    text: str | None = None
    label: str | None = None
    group: str | None = None
    time: str | None = None


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
    records, names = _all_records(path, wanted)
    if names == ["0", "1"]:
        return _two_columns(path, records, note)
    text = _column(path, names, wanted.text, TEXT_NAMES, "--text-column")
    label = _column(path, names, wanted.label, LABEL_NAMES, "--label-column")
    optional = [
        _optional_column(path, names, wanted.group, GROUP_NAMES, "--group-column"),
        _optional_column(path, names, wanted.time, TIME_NAMES, "--time-column"),
        _optional_column(path, names, None, KIND_NAMES, ""),
    ]
    return [_example(path, line, row, text, label, optional) for line, row in records]


def read_pairs(path: Path) -> list[Pair]:
    """Return the questions and answers of a file.

    Raises:
        DataError: there is no column for one of them, or a value is missing.
    """
    records, names = _all_records(path)
    question = _column(path, names, None, TEXT_NAMES, "a column called question")
    answer = _column(path, names, None, ANSWER_NAMES, "a column called answer")
    group = _optional_column(path, names, None, GROUP_NAMES, "")
    return [
        Pair(
            _value(path, line, row, question),
            _value(path, line, row, answer),
            row.get(group) or None if group else None,
        )
        for line, row in records
    ]


def read_texts(path: Path, columns: Columns | None = None) -> Iterator[str]:
    """Yield texts to be judged: the text column of a table, else each line that is not blank; "-" is standard input.

    Raises:
        DataError: the file can't be read.
    """
    if str(path) == "-":
        yield from _standard_input()
    elif path.suffixes and _format(path) != "lines":
        records = read_records(path, columns)
        first = next(records, None)
        if first is None:
            return
        text = _column(path, list(first[1]), (columns or Columns()).text, TEXT_NAMES, "--text-column")
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


def _format(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz").removesuffix(".xz")
    for ending, kind in ((".jsonl", "json"), (".csv", "comma"), (".tsv", "tab")):
        if name.endswith(ending):
            return kind
    if name.endswith(".txt"):
        _, line = next(read_lines(path))
        return "tab" if "\t" in line else "lines"
    return "lines"


def _all_records(path: Path, columns: Columns | None = None) -> tuple[list[Record], list[str]]:
    """Return the rows of a table, and the names of its columns."""
    records = list(read_records(path, columns))
    if not records:
        raise DataError(f"{path}: no rows; at least one wanted")
    return records, list(records[0][1])


def read_records(path: Path, columns: Columns | None = None, *, mend: bool = False) -> Iterator[Record]:
    """Yield each row of a table with the line it starts at, as column name to value; without header they are "0", "1"…

    Args:
        path: its ending says how it is read.
        columns: names given for columns; then the first line is a header.
        mend: put U+FFFD in place of characters that can't be stored, rather than refuse the row.

    Raises:
        DataError: it is no table, or a row is damaged.
    """
    kind = _format(path)
    if kind == "lines":
        raise DataError(f"{path}: not a table; .tsv, .csv, .jsonl, or .txt with tabs wanted")
    if kind == "json":
        yield from _json_records(path, mend=mend)
    else:
        named = columns is not None and columns != Columns()  # names are given for what the first line calls so
        yield from _table_records(path, "," if kind == "comma" else "\t", has_header=named)


def _json_records(path: Path, *, mend: bool) -> Iterator[Record]:
    for line, text in read_lines(path):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise DataError.at(path, line, f"not JSON ({error}); one object a line wanted") from error
        if not isinstance(row, dict):
            raise DataError.at(path, line, "not an object; one object a line wanted")
        cells = {str(key): "" if value is None else str(value) for key, value in row.items()}
        if mend:
            cells = {key: UNSTORABLE.sub("\ufffd", cell) for key, cell in cells.items()}
        elif any(UNSTORABLE.search(cell) for cell in cells.values()):
            raise DataError.at(path, line, "holds U+0000 or half a surrogate pair; text wanted")
        yield line, cells


def _table_records(path: Path, delimiter: str, *, has_header: bool) -> Iterator[Record]:
    rows = _rows(path, delimiter)
    first = next(rows, None)
    if first is None:
        return
    line, header = first
    if not has_header and not _looks_like_header(header):
        header = [str(number) for number in range(len(header))]
        rows = _chain(first, rows)
    for line, cells in rows:
        if len(cells) != len(header):
            names = ", ".join(header)
            raise DataError.at(path, line, f"{len(cells)} columns found; {len(header)} wanted ({names})")
        yield line, dict(zip(header, cells, strict=True))


def _chain(first: tuple[int, list[str]], rest: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    yield first
    yield from rest


def _rows(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each row; only .csv knows quotes, since in tab files a quote is a character like any other."""
    if delimiter == "\t":
        yield from ((line, text.split("\t")) for line, text in read_lines(path) if text.strip())
        return
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    reader = csv.reader((text + "\n" for _, text in read_lines(path)), strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError.at(path, line, f"not a row of a .csv ({error}); quotes are doubled inside quotes") from error


def _looks_like_header(cells: list[str]) -> bool:
    known = {*TEXT_NAMES, *LABEL_NAMES, *ANSWER_NAMES, *GROUP_NAMES, *TIME_NAMES, *KIND_NAMES}
    return len(cells) > 2 or any(cell.strip().casefold() in known for cell in cells)  # two may be without one


def _two_columns(path: Path, records: list[Record], note: Note) -> list[Example]:
    """Return the rows of a file without header: the label is in the column with fewer distinct values."""
    distinct = [len({row[name] for _, row in records}) for name in ("0", "1")]
    label, text = ("0", "1") if distinct[0] <= distinct[1] else ("1", "0")
    note(f"{path.name}: no header; column {int(label) + 1} is taken for the label ({min(distinct)} distinct values)")
    return [_example(path, line, row, text, label, [None, None, None]) for line, row in records]


def _example(
    path: Path, line: int, row: Mapping[str, str], text: str, label: str, optional: list[str | None]
) -> Example:
    group, time, kind = (row.get(name) or None if name else None for name in optional)
    return Example(_value(path, line, row, text), _value(path, line, row, label).casefold(), group, time, kind)


def _value(path: Path, line: int, row: Mapping[str, str], name: str) -> str:
    value = row.get(name, "").strip()
    if not value:
        raise DataError.at(path, line, f"{name} is empty; a value wanted")
    return value


def _column(path: Path, names: list[str], given: str | None, usual: tuple[str, ...], option: str) -> str:
    found = _optional_column(path, names, given, usual, option)
    if found is None:
        wanted = f"one of {', '.join(usual)}, or {option}" if option.startswith("--") else option
        raise DataError(f"{path}: columns are {', '.join(names) or 'none'}; {wanted} wanted")
    return found


def _optional_column(
    path: Path, names: list[str], given: str | None, usual: tuple[str, ...], option: str
) -> str | None:
    if given is not None:
        if given not in names:
            raise DataError(f"{path}: {option} {given}: no such column; there are {', '.join(names)}")
        return given
    folded = {name.strip().casefold(): name for name in reversed(names)}
    return next((folded[name] for name in usual if name in folded), None)
