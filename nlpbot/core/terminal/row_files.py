"""Rows with what was thought of them: tabs into a .tsv, commas into a .csv, JSON Lines into a .jsonl, and to stdout."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlpbot.core.kernel.console import note, print_json, print_text, progress_line, tab_separated
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.kernel.targets import partial_of
from nlpbot.core.text.rows import Row, Rows

__all__ = ["Output", "answer_rows", "row_file"]

Cells = Mapping[str, Any]
Answer = Callable[[list[str]], Sequence[Cells]]


@contextmanager
def row_file(path: Path, columns: Sequence[str]) -> Iterator[Callable[[Cells], None]]:
    """Yield what writes a row to a file, which is there whole at the end of the block, or not at all.

    Args:
        path: its ending says how; what is there is replaced.
        columns: that rows have, in their order.
    """
    written, partial = FORMATS[path.suffix], partial_of(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            if path.suffix != ".jsonl":
                file.write(written(columns, dict(zip(columns, columns, strict=True))) + "\n")
            yield lambda row: _write(file, written(columns, row))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Output:
    """Where answers go, and in which form.

    Attributes:
        out: a file to write; without it they are printed as .tsv.
        as_lines: whether to print JSON Lines instead.
        as_json: whether to print one JSON document.
    """

    out: Path | None
    as_lines: bool
    as_json: bool


def answer_rows(rows: Rows, answer: Answer, new: Sequence[str], output: Output, *, name: str) -> None:
    """Write each row with what was thought of it before its own columns, batch by batch.

    Args:
        rows: to be judged.
        answer: from texts to what was thought of each, by the names of `new`.
        new: columns that come; one whose name is taken is called ``nlpbot_NAME``.
        output: where to.
        name: of the answers, in the JSON document.
    """
    names = {key: f"nlpbot_{key}" if key in rows.columns else key for key in new}
    columns = (*names.values(), *rows.columns)
    batches = (_answered(batch, answer, names) for batch in rows.batches)
    if output.out is not None:
        count = _write_all(output.out, columns, batches, rows)
        if output.as_json:
            print_json({"n": count, "out": str(output.out)})
        else:
            note(f"{output.out}: {count:,} {name}")
    elif output.as_json:
        print_json({name: [row for batch in batches for row in batch]})
    else:
        written = _json if output.as_lines else _tabs
        if rows.named and not output.as_lines:
            print_text(tab_separated(columns))
        for batch in batches:
            print_text("\n".join(written(columns, row) for row in batch))


def _answered(batch: Sequence[Row], answer: Answer, names: Mapping[str, str]) -> list[Cells]:
    late = next((name for row in batch for name in names.values() if name in row.cells), None)
    if late is not None:
        raise DataError(f"a row has {late!r}, which the first row has not; another name expected for it")
    answers = answer([row.text for row in batch])
    told = [{names[key]: value for key, value in found.items()} for found in answers]
    return [{**found, **row.cells} for found, row in zip(told, batch, strict=True)]


def _write_all(out: Path, columns: Sequence[str], batches: Iterable[Sequence[Cells]], rows: Rows) -> int:
    count = 0
    with row_file(out, columns) as write, progress_line("scoring") as progress:
        for batch in batches:
            for row in batch:
                write(row)
            count += len(batch)
            progress(*rows.read(), f"{count:,} rows")
    return count


def _write(file: io.TextIOBase, line: str) -> None:
    file.write(line + "\n")


def _json(_: Sequence[str], row: Cells) -> str:
    return json.dumps(row, ensure_ascii=False)


def _tabs(columns: Sequence[str], row: Cells) -> str:
    return tab_separated(_cells(columns, row))


def _commas(columns: Sequence[str], row: Cells) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(_cells(columns, row))
    return line.getvalue()


FORMATS: dict[str, Callable[[Sequence[str], Cells], str]] = {".tsv": _tabs, ".csv": _commas, ".jsonl": _json}


def _cells(columns: Sequence[str], row: Cells) -> list[str]:
    unknown = [name for name in row if name not in columns]
    if unknown:
        raise DataError(f"a row has {unknown[0]!r}, which the first row has not; JSON Lines expected to keep it")
    return [_cell(row.get(name)) for name in columns]


def _cell(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)
