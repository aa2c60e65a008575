"""What each part of a model is worth: how well the model does without it, how long it takes, how much it holds."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.predictor import Predictor
from nlpbot.core.kernel.console import Table

__all__ = ["SERVED", "ablated", "ablation_tables"]

SERVED = "nothing"
"""What is left out of the model that is served."""
ANSWERING, SIZE = "answering_s", "size_mb"
P = TypeVar("P", bound=Predictor)


def ablated(
    served: P, without: Mapping[str, P], measure: Callable[[P], Mapping[str, float]]
) -> dict[str, dict[str, float]]:
    """Return the metrics of a model, and of it without each part, with seconds to answer and size in MB.

    Args:
        served: the whole model.
        without: what is left of it, by the part that is left out.
        measure: answers what is asked, and returns the metrics.
    """
    found = {}
    for name, predictor in {SERVED: served, **without}.items():
        start = time.monotonic()
        metrics = measure(predictor)
        found[name] = {**metrics, ANSWERING: round(time.monotonic() - start, 2), SIZE: round(_size(predictor) / 1e6, 2)}
    return found


def ablation_tables(found: Mapping[str, Mapping[str, Any]], shown: Mapping[str, str]) -> list[Table]:
    """Return the table of what `ablated` found, if it did.

    Args:
        found: metrics by what is left out; may be empty.
        shown: the metrics that are shown, and what their columns are called.
    """
    if not found:
        return []
    told = [metric for metric in shown if metric in found[SERVED]]
    rows = [
        [name, *(f"{values[metric]:.4f}" for metric in told), f"{values[ANSWERING]:.2f}", f"{values[SIZE]:.1f}"]
        for name, values in found.items()
    ]
    return [Table("what each part is worth", ["left out", *map(shown.__getitem__, told), "answering (s)", "MB"], rows)]


def _size(predictor: Predictor) -> int:
    """Return the bytes of a model in a bundle."""
    with TemporaryDirectory(prefix="nlpbot-") as folder:
        predictor.save(BundleDraft.start(Path(folder) / "model"))
        return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
