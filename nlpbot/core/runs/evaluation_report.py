"""How good a model is on what it was not trained on: printed as the same JSON document by every `evaluate`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nlpbot.core.kernel.console import Table

__all__ = ["EvaluationReport"]


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """How good a model is on what it was not trained on.

    Attributes:
        n: of what was measured: rows, questions, images or tokens.
        metrics: under their usual lower-case names.
        protocol: in words, what was measured on, and how.
        seconds: that measuring took, and training where a model was trained for it.
        seed: of everything random; None where nothing is.
        intervals: of metrics, from bootstrap samples, at 95 %.
        baseline: the same metrics of the classical model beside it, and its ``name``; empty where there is none.
        details: what only this family has.
        tables: what people are shown of it.
    """

    n: int
    metrics: Mapping[str, float]
    protocol: str
    seconds: float
    seed: int | None
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    baseline: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    tables: Sequence[Table | str] = ()

    def to_json(self) -> dict[str, Any]:
        """Return what `evaluate --json` prints."""
        return {
            "n": self.n,
            **self.metrics,
            "intervals": dict(self.intervals),
            "baseline": dict(self.baseline),
            **self.details,
            "seconds": round(self.seconds, 2),
            "protocol": self.protocol,
            "seed": self.seed,
        }
