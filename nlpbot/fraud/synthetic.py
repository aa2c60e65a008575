"""Make the default fraud data: skeletons with slots, filled by a seeded generator.

A skeleton is a group: its copies never straddle a split. Every slot draws from one pool for both labels, so that no
value tells fraud from honest. ``python -m nlpbot.fraud.synthetic`` writes ``data/fraud/*.tsv`` anew.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nlpbot.core.kernel.config import parse_yaml
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.particles import attach_particles

__all__ = ["LANGUAGES", "Row", "Skeleton", "fill", "generate", "read_skeletons", "read_slots", "write"]

LANGUAGES = ("en", "ko")
COPIES = 3
"""Messages made of each skeleton; more say little new."""
SLOT = re.compile(r"\{([a-z_0-9]+)\}")
NESTED_SLOTS = 3


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A message with slots such as ``{bank}``, and Korean particle pairs such as ``{bank}{을/를}``."""

    label: str
    kind: str
    group: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the data: label and kind, the skeleton it was made of, and the message."""

    label: str
    kind: str
    group: str
    text: str


def read_skeletons(folder: Path, language: str) -> list[Skeleton]:
    """Return the skeletons of a language, in the order of the files.

    Raises:
        DataError: there are none.
    """
    found = [
        Skeleton(entry["label"], entry["kind"], f"{path.stem}/{entry['label']}/{entry['kind']}/{number}", text)
        for path in sorted(folder.glob(f"{language}-*.yaml"))
        for entry in parse_yaml(path.read_text(encoding="utf-8"))
        for number, text in enumerate(entry["skeletons"])
    ]
    if not found:
        raise DataError(f"{folder}: no {language}-*.yaml; skeletons expected")
    return found


def read_slots(path: Path, language: str) -> dict[str, list[str]]:
    """Return the values that each slot may take in a language."""
    slots: dict[str, Any] = parse_yaml(path.read_text(encoding="utf-8"))[language]
    return {name: [str(value) for value in values] for name, values in slots.items()}


def fill(skeleton: str, slots: Mapping[str, list[str]], rng: np.random.Generator) -> str:
    """Return a skeleton with its slots filled; a slot named twice gets the same value twice.

    Raises:
        DataError: a slot has no values.
    """
    chosen: dict[str, str] = {}
    text = skeleton
    for _ in range(NESTED_SLOTS):
        for name in SLOT.findall(text):
            if name not in slots:
                raise DataError(f"{skeleton!r}: slot {{{name}}} has no values")
            if name not in chosen:
                chosen[name] = _pattern(str(rng.choice(slots[name])), rng)
        text = SLOT.sub(lambda match: chosen[match[1]], text)
    return attach_particles(text)


def generate(data: Path, language: str, *, seed: int = 0) -> Iterator[Row]:
    """Yield the rows of a language: each skeleton filled some times, no text twice.

    Args:
        data: the folder that holds ``skeletons/`` and ``slots.yaml``.
        language: one of `LANGUAGES`.
        seed: the same seed gives the same rows.
    """
    rng = np.random.default_rng(seed)
    slots = read_slots(data / "slots.yaml", language)
    for skeleton in read_skeletons(data / "skeletons", language):
        texts = dict.fromkeys(" ".join(fill(skeleton.text, slots, rng).split()) for _ in range(COPIES))
        for text in texts:
            yield Row(skeleton.label, skeleton.kind, skeleton.group, text)


def _pattern(value: str, rng: np.random.Generator) -> str:
    """Return a value with each # a digit and each @ a small letter; the first digit is never 0."""
    digits = iter(rng.integers(1, 10, size=value.count("#")))
    letters = iter(rng.integers(ord("a"), ord("z") + 1, size=value.count("@")))
    replaced = (str(next(digits)) if c == "#" else chr(next(letters)) if c == "@" else c for c in value)
    return "".join(replaced)


def write(data: Path) -> None:
    """Write ``en.tsv`` and ``ko.tsv`` beside the skeletons."""
    for language in LANGUAGES:
        rows = [f"{row.label}\t{row.kind}\t{row.group}\t{row.text}" for row in generate(data, language)]
        (data / f"{language}.tsv").write_text("\n".join(["label\tkind\tgroup\ttext", *rows, ""]), encoding="utf-8")


if __name__ == "__main__":
    write(Path("data/fraud"))
