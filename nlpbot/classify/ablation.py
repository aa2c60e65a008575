"""What each part of a text classifier is worth, on the texts that it was measured on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from nlpbot.classify.data import Labelled
from nlpbot.classify.evaluate import Measured, metrics_of_labels
from nlpbot.classify.predictor import ClassifyPredictor
from nlpbot.core.runs.ablation import ablated
from nlpbot.core.runs.evaluation_report import EvaluationReport

__all__ = ["with_ablation"]


def with_ablation(
    report: EvaluationReport,
    predictor: ClassifyPredictor,
    held: Labelled,
    positive: Sequence[str] = (),
    *,
    more: Mapping[str, ClassifyPredictor] | None = None,
) -> EvaluationReport:
    """Return a report that also tells of the classifier without each of its parts.

    Args:
        report: of the whole.
        predictor: that was measured.
        held: the texts.
        positive: labels that count as found, for the metrics of a detector.
        more: classifiers that were trained without a part, by its name.
    """

    def measure(left: ClassifyPredictor) -> dict[str, float]:
        measured = Measured(np.asarray(held.labels), left.probabilities(held.texts))
        return metrics_of_labels(measured, held.names, positive)

    found = ablated(predictor, {**predictor.without_parts(), **(more or {})}, measure)
    return replace(report, details={**report.details, "ablation": found})
