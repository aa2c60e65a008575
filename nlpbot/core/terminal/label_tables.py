"""Which labels a classifier finds worst, and what it confuses most, in few lines."""

from collections.abc import Mapping
from typing import Any

from nlpbot.core.kernel.console import Table

__all__ = ["label_tables"]

WORST = 5
"""Labels, and pairs of labels, that are shown; --json has all."""


def label_tables(found: Mapping[str, Any]) -> list[Table]:
    """Return the labels that are found worst and the pairs that are confused most, of what `label_by_label` found."""
    labels = sorted((told["f1"], name, told) for name, told in found["labels"].items() if told["n"])
    rows = [[name, str(v["n"]), f"{v['precision']:.4f}", f"{v['recall']:.4f}"] for _, name, v in labels[:WORST]]
    title = f"the {WORST} of {len(labels)} labels told worst" if len(labels) > WORST else "labels, the worst first"
    tables = [Table(title, ["label", "n", "precision", "recall"], rows)]
    if pairs := found["confusions"]:
        rows = [[pair["label"], pair["predicted"], str(pair["n"])] for pair in pairs[:WORST]]
        more = f" of {len(pairs)} pairs" if len(pairs) > WORST else ""
        tables.append(Table(f"most often confused{more}", ["label", "taken for", "n"], rows))
    return tables
