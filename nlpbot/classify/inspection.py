"""What is in a labelled file: rows, labels, duplicates, lengths."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nlpbot.core.kernel.console import Table, note
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.text.columns import Columns
from nlpbot.core.text.corpus import called
from nlpbot.core.text.labelled import read_labelled
from nlpbot.core.text.splits import without_duplicates

__all__ = ["InspectedFile", "inspect"]


@dataclass(frozen=True, slots=True)
class InspectedFile:
    """What is in a labelled file.

    Attributes:
        name: of the file.
        n: rows.
        near_duplicates: rows that are near-duplicates of others.
        groups: how many are named.
        median_characters: of a text.
        labels: rows of each, the most frequent first.
    """

    name: str
    n: int
    near_duplicates: int
    groups: int
    median_characters: int
    labels: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """Return all but the name."""
        return {name: value for name, value in asdict(self).items() if name != "name"}

    @property
    def tables(self) -> list[Table]:
        """The labels, the most frequent first."""
        title = f"{self.name}: {self.n} rows, {self.near_duplicates} near-duplicates, "
        rows = [[label, str(count), f"{count / self.n:.1%}"] for label, count in self.labels.items()]
        return [Table(f"{title}median {self.median_characters} characters", ["label", "rows", "share"], rows)]


def inspect(data: Path, columns: Columns | None = None) -> InspectedFile:
    """Return what is in a labelled file.

    Raises:
        ConfigError: it has no rows.
        DataError: it can't be used.
    """
    rows = read_labelled(data, columns, note=note)
    if not rows:
        raise ConfigError(f"{data}: no rows; labelled texts expected")
    lengths = sorted(len(row.text) for row in rows)
    return InspectedFile(
        str(called(data)),
        n=len(rows),
        near_duplicates=len(rows) - len(without_duplicates(rows)),
        groups=len({row.group for row in rows if row.group}),
        median_characters=lengths[len(lengths) // 2],
        labels=dict(Counter(row.label for row in rows).most_common()),
    )
