"""What commands found of some texts: groups of those that belong together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nlpbot.core.kernel.console import Table

__all__ = ["TextGroups"]

SHOWN = 3
"""Texts shown of a group."""


@dataclass(frozen=True, slots=True)
class TextGroups:
    """Texts that belong together, some groups of them.

    Attributes:
        groups: each with its rows, from 1, its texts, and how alike they are.
        column: what the number says.
        remark: shown below.
    """

    groups: Sequence[tuple[Sequence[int], Sequence[str], float]]
    column: str
    remark: str

    def to_json(self) -> dict[str, Any]:
        """Return the groups."""
        named = [{"rows": list(rows), "texts": list(texts), self.column: score} for rows, texts, score in self.groups]
        return {"groups": named}

    @property
    def tables(self) -> list[Table]:
        """A group a row, the first texts of each."""
        shown = [
            [f"{score:.3f}", _shortened(list(map(str, rows)), ", "), str(len(rows)), _shortened(texts, " · ")]
            for rows, texts, score in self.groups
        ]
        return [Table("", [self.column, "rows", "n", "texts"], shown, [self.remark])]


def _shortened(parts: Sequence[str], between: str) -> str:
    return between.join(parts[:SHOWN]) + (" …" if len(parts) > SHOWN else "")
