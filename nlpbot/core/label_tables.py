"""Which labels a classifier tells worst, and what it confuses most, in few lines."""

from collections.abc import Mapping
from typing import Any

from nlpbot.core.console import print_table

__all__ = ["print_by_label"]

WORST = 5
"""Labels, and pairs of labels, that are shown; --json has all."""


def print_by_label(report: Mapping[str, Any]) -> None:
    """Print the labels that are told worst and the pairs that are confused most, of what `label_by_label` found."""
    labels = sorted((told["f1"], name, told) for name, told in report["labels"].items() if told["n"])
    rows = [[name, str(v["n"]), f"{v['precision']:.4f}", f"{v['recall']:.4f}"] for _, name, v in labels[:WORST]]
    title = f"the {WORST} of {len(labels)} labels told worst" if len(labels) > WORST else "labels, the worst first"
    print_table(title, ["label", "n", "precision", "recall"], rows)
    pairs = report["confusions"]
    if pairs:
        rows = [[pair["label"], pair["predicted"], str(pair["n"])] for pair in pairs[:WORST]]
        more = f" of {len(pairs)} pairs" if len(pairs) > WORST else ""
        print_table(f"most often confused{more}", ["label", "taken for", "n"], rows)
