"""What a command says: results to stdout, progress and notes to stderr, and one JSON document for ``--json``."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table as RichTable
from rich.text import Text

__all__ = [
    "ProgressLine",
    "Result",
    "Table",
    "can_shade",
    "is_terminal",
    "note",
    "print_json",
    "print_pieces",
    "print_result",
    "print_shaded",
    "print_table",
    "print_text",
    "progress_line",
    "tab_separated",
]

INK, PAPER = "color(16)", "bold color(231)"
SPEED_PERIOD_S = 600
"""From which the time left is estimated; long runs report minutes apart."""
SHADES = ("", f"{INK} on color(229)", f"{INK} on color(221)", f"{INK} on color(208)", f"{PAPER} on color(160)")
"""Ever stronger; each names its ink too, so that it can be read on a dark terminal and on a light one."""


@runtime_checkable
class ProgressLine(Protocol):
    """What long work tells of itself; the caller decides how it is shown."""

    def __call__(self, done: float, total: float, text: str = "") -> None:
        """Say that `done` of `total` units are done, and what matters now, such as the loss."""


@dataclass(frozen=True, slots=True)
class Table:
    """Figures for people: a title, the names of columns, rows, and what is to be said below them.

    One without columns is its notes alone.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()


@runtime_checkable
class Result(Protocol):
    """What a command found, for programs and for people."""

    def to_json(self) -> Mapping[str, Any]:
        """Return the one document that ``--json`` prints."""

    @property
    def tables(self) -> Sequence[Table | str]:
        """What people are shown: tables, and text that is printed as it is."""


def print_result(result: Result, *, as_json: bool) -> None:
    """Print what a command found."""
    if as_json:
        print_json(result.to_json())
        return
    for table in result.tables:
        if isinstance(table, str):
            print_text(table)
            continue
        if table.columns:
            print_table(table.title, list(table.columns), [list(row) for row in table.rows])
        for line in table.notes:
            note(line)


def print_text(text: str) -> None:
    """Print a result as it is, without wrapping or markup."""
    print(text, flush=True)


def print_pieces(pieces: Iterable[str]) -> None:
    """Print a text piece by piece, as it comes, and a line's end after it."""
    for piece in pieces:
        sys.stdout.write(piece)
        sys.stdout.flush()
    print_text("")


def print_json(value: Mapping[str, Any]) -> None:
    """Print a JSON document, on one line."""
    print_text(json.dumps(value, ensure_ascii=False, allow_nan=False))


def print_table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    """Print rows under their column names: a table with numbers to the right on a terminal, else plain .tsv."""
    console = Console(markup=False, emoji=False, highlight=False)
    if not console.is_terminal:
        if title:
            note(title)
        print_text("\n".join(map(tab_separated, [columns, *rows])))
        return
    table = RichTable()
    for index, column in enumerate(columns):
        numeric = all(_is_number(row[index]) for row in rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    if title:
        console.print(title, style="bold", soft_wrap=True)
    console.print(table)


def tab_separated(cells: Iterable[str]) -> str:
    """Return a row of a .tsv, in which a quote is a character like any other and white space is a space."""
    return "\t".join(" ".join(cell.split()) for cell in cells)


def is_terminal() -> bool:
    """Return whether people read stdout, not a program."""
    return Console().is_terminal


def can_shade() -> bool:
    """Return whether stdout is a terminal that shows colours, and nobody has asked for none (NO_COLOR)."""
    console = Console()
    return console.color_system is not None and not console.no_color


def print_shaded(pieces: Iterable[tuple[str, int]]) -> None:
    """Print a line of pieces, each with its shade from 0, which is none, to 4, the strongest."""
    # What a file holds is not to steer the terminal.
    line = Text.assemble(*((text.replace("\x1b", "␛"), SHADES[shade]) for text, shade in pieces))
    Console(highlight=False, soft_wrap=True).print(line)


def note(text: str) -> None:
    """Say something to stderr that is no result: a choice that was made, a warning."""
    Console(stderr=True, markup=False, emoji=False, highlight=False, soft_wrap=True).print(text)


@contextmanager
def progress_line(title: str) -> Iterator[ProgressLine]:
    """Show a bar on stderr while the block runs; where stderr is no terminal, a line each tenth of the way."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Tenths(title)
        return
    title_column, text_column = (
        TextColumn(form, markup=False) for form in ("{task.description}", "{task.fields[text]}")
    )
    columns = (title_column, BarColumn(), text_column, TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, speed_estimate_period=SPEED_PERIOD_S) as bar:
        task = bar.add_task(title, total=None, text="")

        def show(done: float, total: float, text: str = "") -> None:
            bar.update(task, completed=done, total=total or None, text=text)

        yield show


class _Tenths:
    """Notes progress each time another tenth is done; nothing where it isn't known how much there is."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._told = 0

    def __call__(self, done: float, total: float, text: str = "") -> None:
        tenths = min(int(10 * done / total), 10) if total else 0
        self._told = min(self._told, tenths)  # lower where the next of several passes has begun
        if tenths > self._told:
            self._told = tenths
            note(f"{self._title}: {10 * tenths} %" + (f", {text}" if text else ""))


def _is_number(text: str) -> bool:
    return text.strip("-+%≤≥ ").replace(".", "", 1).replace(",", "").isdigit() or text in ("", "–")
