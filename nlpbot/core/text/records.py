"""Read the rows of a table: .tsv, .csv, .txt with tabs, .jsonl, also .gz and .xz."""

import csv
import json
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from nlpbot.core.errors import DataError
from nlpbot.core.text.columns import Columns, looks_like_header
from nlpbot.core.text.corpus import read_lines

__all__ = ["Record", "is_table", "read_records"]

MAX_CELL_CHARACTERS = 1 << 20
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""JSON can write them; databases and tokenizers break on them."""

Record = tuple[int, dict[str, str]]
"""The line at which a row starts, and what is in its columns."""


def is_table(path: Path) -> bool:
    """Return whether a file is a table, not lines of text.

    Raises:
        DataError: it has to be read to tell, and can't be.
    """
    return _format(path) is not None


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
    if kind is None:
        raise DataError(f"{path}: not a table; .tsv, .csv, .jsonl, or .txt with tabs wanted")
    if kind == "json":
        yield from _json_records(path, mend=mend)
    else:
        named = columns is not None and columns != Columns()  # names are given for what the first line calls so
        yield from _table_records(path, "," if kind == "comma" else "\t", has_header=named)


def _format(path: Path) -> str | None:
    name = path.name.lower().removesuffix(".gz").removesuffix(".xz")
    for ending, kind in ((".jsonl", "json"), (".csv", "comma"), (".tsv", "tab")):
        if name.endswith(ending):
            return kind
    if name.endswith(".txt"):
        _, line = next(read_lines(path))
        return "tab" if "\t" in line else None
    return None


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
    if not has_header and not looks_like_header(header):
        header = [str(number) for number in range(len(header))]
        rows = chain([first], rows)
    for line, cells in rows:
        if len(cells) != len(header):
            names = ", ".join(header)
            raise DataError.at(path, line, f"{len(cells)} columns found; {len(header)} wanted ({names})")
        yield line, dict(zip(header, cells, strict=True))


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
