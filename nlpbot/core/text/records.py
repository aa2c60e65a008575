"""Read the rows of a table: .tsv, .csv, .txt with tabs, .jsonl, also .gz and .xz, or standard input in any of them."""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.columns import Columns, looks_like_header
from nlpbot.core.text.corpus import STDIN, LineReader, called

__all__ = ["Format", "Record", "format_of", "read_cells", "read_objects", "read_records", "row_of"]

MAX_CELL_CHARACTERS = 1 << 20
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""JSON can write them; databases and tokenizers break on them."""

Format = Literal["json", "comma", "tab"]
Lines = Iterable[tuple[int, str]]
Record = tuple[int, dict[str, str]]
"""The line at which a row starts, and what is in its columns."""


def format_of(path: Path, lines: Lines) -> tuple[Format | None, Lines]:
    """Return how the rows of a file are written, or None for lines of text; and its lines.

    Args:
        path: its ending tells, but for .txt and standard input, whose first line tells.
        lines: of the file, none read yet.
    """
    name = path.name.lower().removesuffix(".gz").removesuffix(".xz")
    endings: dict[str, Format] = {".jsonl": "json", ".csv": "comma", ".tsv": "tab"}
    told = next((kind for ending, kind in endings.items() if name.endswith(ending)), None)
    if told is not None or not (name.endswith(".txt") or path == STDIN):
        return told, lines
    rest = iter(lines)
    first = list(islice(rest, 1))
    line = first[0][1] if first else ""
    if path == STDIN:
        told = "json" if line.startswith("{") else "comma"
    if "\t" in line and told != "json":
        told = "tab"
    return told, chain(first, rest)


def read_records(path: Path, columns: Columns | None = None, *, mend: bool = False) -> Iterator[Record]:
    """Yield each row of a table with the line it starts at, as column name to value; without header they are "0", "1"…

    Blank rows are left out.

    Args:
        path: its ending says how it is read; of standard input the first line does.
        columns: names given for columns; then the first line is a header.
        mend: put U+FFFD in place of characters that can't be stored, rather than refuse the row.

    Raises:
        DataError: it is no table, or a row is damaged.
    """
    kind, lines = format_of(path, LineReader(path))
    if kind is None:
        raise DataError(f"{called(path)}: not a table; .tsv, .csv, .jsonl, or .txt with tabs expected")
    if kind == "json":
        objects = ((line, found) for line, found in read_objects(path, lines, mend=mend) if found)
        yield from ((line, {key: _as_text(value) for key, value in found.items()}) for line, found in objects)
        return
    rows: Iterator[tuple[int, list[str]]] = (row for row in read_cells(path, lines, kind) if any(row[1]))
    first = next(rows, None)
    if first is None:
        return
    header = first[1]
    named = columns is not None and columns != Columns()  # names are given for what the first line calls so
    if not named and not looks_like_header(header):
        header = [str(number) for number in range(len(header))]
        rows = chain([first], rows)
    yield from ((line, row_of(path, line, header, cells)) for line, cells in rows)


def row_of(path: Path, line: int, header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Return cells by the names of their columns.

    Raises:
        DataError: there are more or fewer of them.
    """
    if len(cells) != len(header):
        problem = f"{len(cells)} columns found; {len(header)} expected ({', '.join(header)})"
        raise DataError.at(called(path), line, problem)
    return dict(zip(header, cells, strict=True))


def read_objects(path: Path, lines: Lines, *, mend: bool = False) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the object of each line; that of a blank line is empty.

    Raises:
        DataError: a line is no object, or holds what can't be stored and is not to be mended.
    """
    where = called(path)
    for line, text in lines:
        try:
            found = json.loads(text, parse_constant=_refused) if text.strip() else {}
        except (ValueError, RecursionError) as error:
            raise DataError.at(where, line, f"not JSON ({error}); one object a line expected") from error
        if not isinstance(found, dict):
            raise DataError.at(where, line, "not an object; one object a line expected")
        if mend:
            found = {key: UNSTORABLE.sub("\ufffd", _as_text(value)) for key, value in found.items()}
        elif any(UNSTORABLE.search(_as_text(value)) for value in found.values()):
            raise DataError.at(where, line, "holds U+0000 or half a surrogate pair; text expected")
        yield line, found


def read_cells(path: Path, lines: Lines, kind: Format) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each row; a blank line has none.

    Only .csv knows quotes, since in tab files a quote is a character like any other.

    Raises:
        DataError: a row of a .csv is damaged.
    """
    if kind == "tab":
        yield from ((line, text.split("\t") if text.strip() else []) for line, text in lines)
        return
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    reader = csv.reader((text + "\n" for _, text in lines), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        problem = f"not a row of a .csv ({error}); quotes are doubled inside quotes"
        raise DataError.at(called(path), line, problem) from error


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _as_text(value: Any) -> str:
    return "" if value is None else str(value)
