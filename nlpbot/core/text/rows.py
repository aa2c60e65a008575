"""Rows of texts to be judged, each kept whole, in batches of what is there: a pipe is answered as it comes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from nlpbot.core.text.columns import TEXT_NAMES, Header, looks_like_header
from nlpbot.core.text.corpus import STDIN, LineReader, called, text_bytes
from nlpbot.core.text.labelled import label_column
from nlpbot.core.text.records import format_of, read_cells, read_objects, row_of

__all__ = ["Row", "Rows", "open_rows"]

BATCH = 512
GUESSED_BY = 1000
"""Rows by which two columns without names are told apart."""
Cells = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its columns, and the text of it that is to be judged; empty where the row is blank."""

    cells: Cells
    text: str


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a file, which can be read once.

    Attributes:
        columns: their names.
        named: whether the file names them; where it doesn't, the names are nlpbot's.
        batches: of at most 512 rows; fewer where the next ones would have to be waited for.
        read: returns how many bytes were read, and of how many, about; 0 where that isn't known.
    """

    columns: tuple[str, ...]
    named: bool
    batches: Iterator[list[Row]]
    read: Callable[[], tuple[int, float]]


def open_rows(path: Path, *, text_column: str | None = None, note: Callable[[str], None] = lambda _: None) -> Rows:
    """Return the rows of a table, or of a text, each line of which is a row; blank ones too.

    Args:
        path: its ending says how it is read; "-" is standard input, which is lines of text.
        text_column: which column is the text, if not one with a usual name; standard input then is a table.
        note: is given what was guessed.

    Raises:
        DataError: there is no such column; in `batches`, a row is damaged.
    """
    reader = LineReader(path)
    kind, lines = (None, reader) if path == STDIN and text_column is None else format_of(path, reader)
    if kind is None:
        return _rows(path, reader, ("text",), ({"text": line} for _, line in lines), text="text", named=False)
    if kind == "json":
        return _of_objects(path, reader, (found for _, found in read_objects(path, lines)), text_column)
    return _of_cells(path, reader, read_cells(path, lines, kind), text_column, note)


def _of_objects(path: Path, reader: LineReader, rows: Iterator[Cells], text_column: str | None) -> Rows:
    first = next(filter(None, rows), None)
    if first is None:
        return _rows(path, reader, (), (), text="", named=False)
    text = Header(path, tuple(first)).need(TEXT_NAMES, text_column, "--text-column")
    return _rows(path, reader, tuple(first), chain([first], rows), text=text, named=True)


def _of_cells(
    path: Path,
    reader: LineReader,
    rows: Iterator[tuple[int, list[str]]],
    text_column: str | None,
    note: Callable[[str], None],
) -> Rows:
    first = next((row for row in rows if row[1]), None)
    if first is None:
        return _rows(path, reader, (), (), text="", named=False)
    columns = tuple(first[1])
    named = text_column is not None or looks_like_header(first[1])
    if named:
        text = Header(path, columns).need(TEXT_NAMES, text_column, "--text-column")
    else:
        some = [first, *islice(rows, GUESSED_BY)]
        columns, text = _guessed(path, [cells for _, cells in some], note), "text"
        rows = chain(some, rows)
    whole = (row_of(path, line, columns, cells or [""] * len(columns)) for line, cells in rows)
    return _rows(path, reader, columns, whole, text=text, named=named)


def _guessed(path: Path, rows: list[list[str]], note: Callable[[str], None]) -> tuple[str, ...]:
    """Return names for the columns of a table without: those that training would take them for."""
    if len(rows[0]) == 1:
        return ("text",)
    label = label_column([cells for cells in rows if len(cells) == len(rows[0])])
    note(f"{called(path)}: no header; column {2 - label} is taken for the text")
    return ("label", "text") if label == 0 else ("text", "label")


def _rows(
    path: Path, reader: LineReader, columns: tuple[str, ...], cells: Iterable[Cells], *, text: str, named: bool
) -> Rows:
    def batches() -> Iterator[list[Row]]:
        batch = []
        for row in cells:
            value = row.get(text)
            batch.append(Row(row, "" if value is None else str(value).strip()))
            if reader.waits or len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    return Rows(columns, named, batches(), lambda: (reader.bytes_read, 0 if path == STDIN else text_bytes(path)))
