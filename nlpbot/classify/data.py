"""What a classifier learns from: labelled rows without twins, labels as numbers."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.columns import Columns
from nlpbot.core.text.labelled import Example, read_labelled
from nlpbot.core.text.splits import group_ids, without_duplicates

__all__ = ["Labelled", "check_labels", "load_labelled"]

MIN_PER_LABEL = 2


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts with the number of their label and of their group."""

    texts: tuple[str, ...]
    labels: tuple[int, ...]
    groups: tuple[int, ...]
    names: tuple[str, ...]
    """Label numbers to names, sorted."""

    @classmethod
    def of(cls, examples: Sequence[Example], *, names: Sequence[str] | None = None) -> "Labelled":
        """Return examples with labels as numbers.

        Args:
            examples: at least one.
            names: the labels to use; by default those that come.

        Raises:
            DataError: a label is not among `names`.
        """
        found = tuple(sorted({example.label for example in examples})) if names is None else tuple(names)
        numbers = {name: number for number, name in enumerate(found)}
        unknown = next((example.label for example in examples if example.label not in numbers), None)
        if unknown is not None:
            raise DataError(f"label {unknown!r} was not trained on; one of {', '.join(found)} expected")
        labels = tuple(numbers[example.label] for example in examples)
        return cls(tuple(example.text for example in examples), labels, tuple(group_ids(examples)), found)

    def at(self, rows: Sequence[int]) -> "Labelled":
        """Return some of the rows."""
        texts, labels, groups = ([values[row] for row in rows] for values in (self.texts, self.labels, self.groups))
        return Labelled(tuple(texts), tuple(labels), tuple(groups), self.names)  # type: ignore[arg-type]  # mixed lists

    def __len__(self) -> int:
        return len(self.texts)


def load_labelled(
    paths: Sequence[Path],
    columns: Columns | None = None,
    *,
    keep_duplicates: bool = False,
    note: Callable[[str], None] = lambda _: None,
) -> list[Example]:
    """Return the labelled rows of some files, one of each set of near-duplicates.

    Raises:
        DataError: a file can't be used, or there is only one label.
    """
    rows = [example for path in paths for example in read_labelled(path, columns, note=note)]
    kept = rows if keep_duplicates else without_duplicates(rows)
    if len(kept) < len(rows):
        note(f"{len(rows) - len(kept)} of {len(rows)} rows are near-duplicates of others and left out")
    check_labels(kept, where=", ".join(path.name for path in paths))
    return kept


def check_labels(examples: Sequence[Example], *, where: str) -> None:
    """Refuse data that nothing can be learned from.

    Raises:
        DataError: there are fewer than two labels, or no label has two rows.
    """
    counts = Counter(example.label for example in examples)
    if len(counts) < 2:  # nothing to tell apart
        only = f"only the label {next(iter(counts))!r}" if counts else "no rows"
        raise DataError(f"{where}: {only} found; at least two labels expected")
    rare = [label for label, count in counts.items() if count < MIN_PER_LABEL]
    if len(rare) == len(counts):
        raise DataError(f"{where}: every label comes once; at least {MIN_PER_LABEL} rows a label expected")
