"""What made a model, and how good it is: kept in its bundle, and printed as the same JSON document by every `train`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlpbot.core.bundle import BundleDraft
from nlpbot.core.config import Settings
from nlpbot.core.manifest import Manifest
from nlpbot.core.predictor import Predictor

__all__ = ["TrainingRecord", "write_bundle"]


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """What made a model, and how good it is.

    Attributes:
        settings: all of them, those too that were chosen for the data; with the data they make the model again.
        seed: of everything random.
        data: name to SHA-256 of each file that was trained on.
        metrics: of the model, under their usual lower-case names.
        baseline: the same of the classical model beside it, and its ``name``; empty where there is none.
        protocol: in words, which rows were trained on, chosen on and measured on.
        seconds: that training took.
    """

    settings: Settings
    seed: int
    data: Mapping[str, str]
    metrics: Mapping[str, Any]
    protocol: str
    seconds: float
    baseline: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self, out: Path) -> dict[str, Any]:
        """Return what `train --json` prints of the bundle that was written to `out`."""
        return {
            **self.metrics,
            "baseline": dict(self.baseline),
            "protocol": self.protocol,
            "seed": self.seed,
            "seconds": round(self.seconds, 2),
            "bundle": str(out),
        }


def write_bundle(draft: BundleDraft, predictor: Predictor, record: TrainingRecord) -> Path:
    """Write a model with the record of its training, and return the folder of its bundle."""
    return draft.finish(
        Manifest(
            room=predictor.room,
            config=predictor.save(draft),
            settings=record.settings.model_dump(mode="json"),
            metrics=dict(record.metrics),
            baseline=dict(record.baseline),
            seconds=record.seconds,
            thresholds=dict(predictor.named_thresholds),
            protocol=record.protocol,
            data=dict(record.data),
        )
    )
