"""How good a classifier is, under the usual names, each with a bootstrap interval where rows are few; and by label."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped
from numpy import ndarray
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    confusion_matrix,
    f1_score,
    matthews_corrcoef,
    precision_recall_fscore_support,
    precision_score,
    recall_score,
    roc_auc_score,
    roc_curve,
)

__all__ = [
    "binary_metrics",
    "expected_calibration_error",
    "intervals",
    "label_by_label",
    "label_metrics",
    "recall_at_false_alarm_rate",
]

BINS = 15
RESAMPLES = 200
Metrics = dict[str, float]


def label_metrics(labels: Int[ndarray, " N"], probabilities: Float[ndarray, "N L"]) -> Metrics:
    """Return accuracy, macro F1, MCC and ECE of probabilities over labels."""
    predicted = probabilities.argmax(axis=1)
    return {
        "accuracy": float(accuracy_score(labels, predicted)),
        "macro_f1": float(f1_score(labels, predicted, average="macro", zero_division=0)),
        "mcc": _mcc(labels, predicted),
        "ece": expected_calibration_error(labels, probabilities),
    }


def label_by_label(labels: Int[ndarray, " N"], predicted: Int[ndarray, " N"], names: Sequence[str]) -> dict[str, Any]:
    """Return ``labels``, how well each is recognised, and ``confusions``, what is taken for what, most frequent first.

    Args:
        labels: the truth, as places in `names`.
        predicted: the likeliest, as places in `names`.
        names: of all labels.
    """
    places = range(len(names))
    columns = precision_recall_fscore_support(labels, predicted, labels=places, zero_division=0)
    told = {
        name: {"n": int(n), "precision": float(precision), "recall": float(recall), "f1": float(f1)}
        for name, precision, recall, f1, n in zip(names, *columns, strict=True)
    }
    counts = confusion_matrix(labels, predicted, labels=places)
    np.fill_diagonal(counts, 0)
    pairs = sorted(np.argwhere(counts), key=lambda pair: -counts[tuple(pair)])
    confusions = [{"label": names[a], "predicted": names[b], "n": int(counts[a, b])} for a, b in pairs]
    return {"labels": told, "confusions": confusions}


def binary_metrics(positive: Bool[ndarray, " N"], probability: Float[ndarray, " N"]) -> Metrics:
    """Return the metrics of a detector, F1 and the like at a probability of .5.

    Args:
        positive: whether each row truly is.
        probability: that it is.
    """
    flagged = probability >= 0.5  # the usual cut
    both = 0 < positive.sum() < len(positive)
    metrics = {
        "accuracy": float(accuracy_score(positive, flagged)),
        "precision": float(precision_score(positive, flagged, zero_division=0)),
        "recall": float(recall_score(positive, flagged, zero_division=0)),
        "f1": float(f1_score(positive, flagged, zero_division=0)),
        "mcc": _mcc(positive, flagged),
        "ece": expected_calibration_error(positive.astype(int), np.stack([1 - probability, probability], axis=1)),
    }
    if both:
        metrics["auroc"] = float(roc_auc_score(positive, probability))
        metrics["average_precision"] = float(average_precision_score(positive, probability))
        metrics["recall_at_fpr_0.001"] = recall_at_false_alarm_rate(positive, probability, 0.001)
        metrics["recall_at_fpr_0.01"] = recall_at_false_alarm_rate(positive, probability, 0.01)
    return metrics


def _mcc(labels: Shaped[ndarray, " N"], predicted: Shaped[ndarray, " N"]) -> float:
    """Return Matthews' correlation; 0, and no warning, where all rows are of one label."""
    return float(matthews_corrcoef(labels, predicted)) if len({*labels.tolist(), *predicted.tolist()}) > 1 else 0.0


def recall_at_false_alarm_rate(positive: Bool[ndarray, " N"], probability: Float[ndarray, " N"], rate: float) -> float:
    """Return the fraction of positives found by the lowest threshold that flags at most `rate` of the negatives."""
    false_alarms, recall, _ = roc_curve(positive, probability, drop_intermediate=False)
    return float(recall[false_alarms <= rate].max())


def expected_calibration_error(labels: Int[ndarray, " N"], probabilities: Float[ndarray, "N L"]) -> float:
    """Return how far confidence is from accuracy, on average over 15 bins of equal width.

    Source: Naeini et al. 2015, Obtaining well calibrated probabilities using Bayesian binning.
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [abs(right[bins == b].mean() - confidence[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    return float(sum(gaps))


def intervals(
    metric: Callable[..., Metrics], rows: Sequence[Any], *, seed: int, resamples: int = RESAMPLES
) -> dict[str, tuple[float, float]]:
    """Return a 95 % bootstrap interval for each metric.

    Args:
        metric: takes the arrays of `rows`.
        rows: arrays of one length, resampled together.
        seed: of the resampling.
        resamples: how many.

    Source: Efron 1979, Bootstrap methods: another look at the jackknife.
    """
    rng = np.random.default_rng(seed)
    count = len(rows[0])
    samples: dict[str, list[float]] = {}
    for _ in range(resamples):
        chosen = rng.integers(count, size=count)
        for name, value in metric(*(array[chosen] for array in rows)).items():
            samples.setdefault(name, []).append(value)
    limits = {name: np.quantile(values, (0.025, 0.975)) for name, values in samples.items()}
    return {name: (float(low), float(high)) for name, (low, high) in limits.items()}
