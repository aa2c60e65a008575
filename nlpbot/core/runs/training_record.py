"""What made a model, and how good it is: kept in its bundle, and printed as the same JSON document by every `train`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.bundles.predictor import Predictor
from nlpbot.core.kernel.config import Settings
from nlpbot.core.kernel.console import Table
from nlpbot.core.training.curves import write_curves
from nlpbot.core.training.run_folder import RunResult

__all__ = ["TrainedBundle", "TrainingRecord", "write_bundle"]

NO_RUN: Mapping[str, Any] = {"train_loss": None, "valid_loss": None, "steps": None}
"""Figures of what was trained without mini-batches."""


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """What made a model, and how good it is.

    Attributes:
        settings: all of them, those too that were chosen for the data; with the data they make the model again.
        seed: of everything random.
        data: name to SHA-256 of each file that was trained on.
        metrics: of the model, under their usual lower-case names.
        protocol: in words, which rows were trained on, chosen on and measured on.
        seconds: that training took.
        baseline: the same figures of the classical model beside it, and its ``name``; empty where there is none.
        run: of the network that is served, or of the one that was trained last; None where there is none.
    """

    settings: Settings
    seed: int
    data: Mapping[str, str]
    metrics: Mapping[str, Any]
    protocol: str
    seconds: float
    baseline: Mapping[str, Any] = field(default_factory=dict)
    run: RunResult | None = None

    @property
    def figures(self) -> dict[str, Any]:
        """All metrics, with those that every training has."""
        return {**(self.run.metrics() if self.run is not None else NO_RUN), **self.metrics}

    def to_json(self, out: Path) -> dict[str, Any]:
        """Return what `train --json` prints of the bundle that was written to `out`."""
        return {
            **self.figures,
            "baseline": dict(self.baseline),
            "protocol": self.protocol,
            "seed": self.seed,
            "seconds": round(self.seconds, 2),
            "bundle": str(out),
        }


@dataclass(frozen=True, slots=True)
class TrainedBundle:
    """A bundle that was written, the record of its training, and what people are shown of it."""

    folder: Path
    record: TrainingRecord
    tables: Sequence[Table]

    def to_json(self) -> dict[str, Any]:
        """Return what `train --json` prints."""
        return self.record.to_json(self.folder)


def write_bundle(draft: BundleDraft, predictor: Predictor, record: TrainingRecord) -> Path:
    """Write a model with the record and the curves of its training, and return the folder of its bundle."""
    if record.run is not None and record.run.points:
        write_curves(draft.folder / "curves.jsonl", record.run.points)
        draft.keep("curves.jsonl")
    return draft.finish(
        Manifest(
            kind=predictor.kind,
            config=predictor.save(draft),
            settings=record.settings.model_dump(mode="json"),
            metrics=record.figures,
            baseline=dict(record.baseline),
            seconds=record.seconds,
            thresholds=dict(predictor.named_thresholds),
            protocol=record.protocol,
            data=dict(record.data),
        )
    )
