"""Turn the files of public data sets into those that the commands read: tables with named columns, splits, raw text."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nlpbot.core.datasets.catalog import Step
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.corpus import read_lines, read_text
from nlpbot.core.text.records import read_records

__all__ = [
    "CONVERSIONS",
    "convert_parallel",
    "convert_splits",
    "convert_table",
    "copy_text",
    "keep_back",
    "strip_lines",
]

BREAKS = re.compile(r"[\t\r\n]+")
SPLITS = {"train": "train", "val": "valid", "test": "test"}
Row = Mapping[str, str]


def copy_text(sources: Sequence[Path], target: Path, _: Step) -> None:
    """Copy files one after another into one."""
    with target.open("wb") as out:
        for source in sources:
            out.write(source.read_bytes())


def convert_table(sources: Sequence[Path], target: Path, step: Step) -> None:
    """Write the named columns of tables (.csv, .tsv, .txt with tabs, .jsonl) as one .tsv."""
    rows = (_picked(source, line, row, step) for source in sources for line, row in read_records(source, mend=True))
    _write_rows(target, list(step.columns), rows, step)


def convert_parallel(sources: Sequence[Path], target: Path, step: Step) -> None:
    """Write files of which line by line belongs together as one .tsv; the columns name the files."""
    columns = {source.name: [line for _, line in read_lines(source)] for source in sources}
    counts = {name: len(lines) for name, lines in columns.items()}
    if len(set(counts.values())) > 1:
        raise DataError(f"{sources[0].parent}: as many lines in each file expected; found {counts}")
    rows = (dict(zip(columns, lines, strict=True)) for lines in zip(*columns.values(), strict=True))
    picked = (_picked(sources[0], line, row, step) for line, row in enumerate(rows, start=1))
    _write_rows(target, list(step.columns), picked, step)


def convert_splits(sources: Sequence[Path], target: Path, step: Step) -> None:
    """Write a JSON object, split to [[text, label]], as train, valid and test .tsv; ``oos_`` splits join theirs."""
    (source,) = sources
    target.mkdir(exist_ok=True)
    try:
        splits = json.loads("".join(read_text(source)))
        for name, written in SPLITS.items():
            pairs = [*splits[name], *splits.get(f"oos_{name}", [])]
            rows = [{"label": str(label), "text": str(text)} for text, label in pairs]
            _write_rows(target / f"{written}.tsv", ["label", "text"], rows, step)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(f"{source}: not an object of {', '.join(SPLITS)}, each [[text, label]]: {error}") from error


def keep_back(sources: Sequence[Path], target: Path, step: Step) -> None:
    """Write the first characters of a text as train.txt and its last `share` as valid.txt."""
    text = "".join(chunk for source in sources for chunk in read_text(source))
    cut = int(len(text) * (1 - step.share))
    target.mkdir(exist_ok=True)
    (target / "train.txt").write_text(text[:cut], encoding="utf-8", newline="")
    (target / "valid.txt").write_text(text[cut:], encoding="utf-8", newline="")


def strip_lines(sources: Sequence[Path], target: Path, _: Step) -> None:
    """Write the lines of some files without the spaces around them, as character models read them."""
    with target.open("w", encoding="utf-8", newline="\n") as out:
        for source in sources:
            out.writelines(f"{line.strip()}\n" for _, line in read_lines(source))


CONVERSIONS: dict[str, Callable[[Sequence[Path], Path, Step], None]] = {
    "copy": copy_text,
    "table": convert_table,
    "parallel": convert_parallel,
    "splits": convert_splits,
    "keep-back": keep_back,
    "strip-lines": strip_lines,
}


def _picked(source: Path, line: int, row: Row, step: Step) -> Row:
    picked = {}
    for column, origin in step.columns.items():
        names = [origin] if isinstance(origin, str) else origin
        missing = [name for name in names if name not in row]
        if missing:
            raise DataError.at(source, line, f"no column {missing[0]}; there are {', '.join(row)}")
        picked[column] = "\n".join(row[name] for name in names)
    return picked


def _write_rows(target: Path, columns: Sequence[str], rows: Iterable[Row], step: Step) -> None:
    """Write a .tsv with a header; tabs and line ends inside a value become a space."""
    with target.open("w", encoding="utf-8", newline="\n") as out:
        out.write("\t".join(columns) + "\n")
        for row in rows:
            out.write("\t".join(_values(row, columns, step)) + "\n")


def _values(row: Mapping[str, Any], columns: Sequence[str], step: Step) -> Iterator[str]:
    for column in columns:
        value = BREAKS.sub(" ", row[column]).strip()
        yield step.labels.get(value.casefold(), value) if column == "label" else value
