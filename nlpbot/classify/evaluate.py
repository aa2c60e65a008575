"""Measure a text classifier on texts that it was not trained on: a test file, or folds of one file."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nlpbot.classify.data import Labelled
from nlpbot.classify.predictor import ClassifyPredictor
from nlpbot.classify.train import TrainedClassifier
from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.measures.labels import binary_metrics, intervals, label_by_label, label_metrics
from nlpbot.core.runs.evaluation_report import EvaluationReport
from nlpbot.core.text.splits import k_folds

__all__ = [
    "Evaluation",
    "Measured",
    "evaluate_folds",
    "evaluate_predictor",
    "evaluate_split",
    "metrics_of_labels",
    "report_of",
]

Train = Callable[[Labelled, ProgressLine | None], TrainedClassifier]
"""Trains on labelled texts, and shows how far it is."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Probabilities that a model gave, beside the truth."""

    labels: ndarray
    probabilities: Float[ndarray, "N L"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured, of the model served and of the linear baseline of the same run."""

    names: tuple[str, ...]
    served: Measured
    baseline: Measured | None
    protocol: str
    seconds: float
    chosen: tuple[str, ...] = field(default=())
    """Which candidate each training run chose."""
    alternatives: Mapping[str, Measured] = field(default_factory=dict)
    """Each candidate of a training run, where there was one run."""
    seconds_of: Mapping[str, float] = field(default_factory=dict)
    """What training each of them took."""
    predictor: ClassifyPredictor | None = None
    """That was measured, where it was one."""


def evaluate_predictor(predictor: ClassifyPredictor, test: Labelled) -> Evaluation:
    """Return how a trained classifier does on a test set."""
    start = time.monotonic()
    served = Measured(np.asarray(test.labels), predictor.probabilities(test.texts))
    protocol = f"{len(test)} rows of a test file, all of them"
    return Evaluation(test.names, served, None, protocol, time.monotonic() - start, predictor=predictor)


def evaluate_split(train: Labelled, test: Labelled, fit: Train, *, progress: ProgressLine | None = None) -> Evaluation:
    """Return how a classifier trained on one set does on the other.

    Args:
        train: to train on.
        test: to measure on, with the same label names.
        fit: trains.
        progress: shows the training.
    """
    trained = fit(train, progress)
    labels = np.asarray(test.labels)
    measured = {name: Measured(labels, each.probabilities(test.texts)) for name, each in trained.alternatives.items()}
    return Evaluation(
        train.names,
        measured[trained.chosen],
        measured["linear"],
        f"{len(test)} test rows; {trained.protocol}",
        trained.seconds,
        (trained.chosen,),
        measured,
        {name: candidate.seconds for name, candidate in trained.candidates.items()},
        trained.predictor,
    )


def evaluate_folds(
    data: Labelled,
    fit: Train,
    *,
    folds: int,
    seed: int,
    progress: ProgressLine | None = None,
) -> Evaluation:
    """Return how classifiers do on folds that they were not trained on, scores pooled.

    Args:
        data: labelled texts; groups and near-duplicates never straddle a fold.
        fit: trains on the other folds.
        folds: at least 2.
        seed: of the folds.
        progress: shows each fold.
    """
    served = np.zeros((len(data), len(data.names)))
    baseline = np.zeros_like(served)
    chosen: list[str] = []
    start = time.monotonic()
    for number, (train_rows, test_rows) in enumerate(k_folds(data.labels, data.groups, folds=folds, seed=seed)):
        train, test = data.at(train_rows), data.at(test_rows)
        trained = fit(train, None)
        chosen.append(trained.chosen)
        served[test_rows] = trained.predictor.probabilities(test.texts)
        baseline[test_rows] = trained.baseline.probabilities(test.texts)
        if progress is not None:
            progress(number + 1, folds, f"{trained.chosen} served")
    labels = np.asarray(data.labels)
    return Evaluation(
        names=data.names,
        served=Measured(labels, served),
        baseline=Measured(labels, baseline),
        protocol=f"{folds} folds, near-duplicates and groups together, seed {seed}, scores pooled; {trained.protocol}",
        seconds=time.monotonic() - start,
        chosen=tuple(chosen),
    )


def report_of(
    evaluation: Evaluation, *, positive: Sequence[str] = (), seed: int = 0, out_of_scope: str | None = None
) -> EvaluationReport:
    """Return the figures of an evaluation.

    Args:
        evaluation: what was measured.
        positive: labels that count as found, for the metrics of a detector; by default each label for itself.
        seed: of the bootstrap.
        out_of_scope: the label of what is out of scope; its recall is reported by itself.
    """
    served, names = evaluation.served, evaluation.names
    metrics, limits = _metrics(served, names, positive, seed)
    scope = _scope(served, names.index(out_of_scope)) if out_of_scope is not None else {}
    chosen = {"served": list(evaluation.chosen)} if evaluation.chosen else {}
    alternatives = {
        name: {
            **_metrics(measured, names, positive, seed)[0],
            **(_scope(measured, names.index(out_of_scope)) if out_of_scope is not None else {}),
            "training_s": round(evaluation.seconds_of[name], 1),
        }
        for name, measured in evaluation.alternatives.items()
    }
    beside = _metrics(evaluation.baseline, names, positive, seed)[0] if evaluation.baseline is not None else None
    return EvaluationReport(
        n=len(served.labels),
        metrics={**metrics, **scope},
        protocol=evaluation.protocol,
        seconds=evaluation.seconds,
        seed=seed,
        intervals=limits,
        baseline={"name": "linear", **beside} if beside is not None else {},
        details={
            **chosen,
            **({"alternatives": alternatives} if alternatives else {}),
            **label_by_label(served.labels, served.probabilities.argmax(axis=1), names),
        },
    )


def _metrics(
    measured: Measured, names: Sequence[str], positive: Sequence[str], seed: int
) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    if not positive:
        rows = [measured.labels, measured.probabilities]
        return label_metrics(*rows), intervals(label_metrics, rows, seed=seed)
    rows = _found(measured, names, positive)
    return binary_metrics(*rows), intervals(binary_metrics, rows, seed=seed)


def metrics_of_labels(measured: Measured, names: Sequence[str], positive: Sequence[str]) -> dict[str, float]:
    """Return the metrics of labels, or where some count as found those of a detector."""
    if not positive:
        return label_metrics(measured.labels, measured.probabilities)
    return binary_metrics(*_found(measured, names, positive))


def _found(measured: Measured, names: Sequence[str], positive: Sequence[str]) -> list[ndarray]:
    """Return for each text whether its label counts as found, and how probable that is."""
    columns = [names.index(name) for name in positive]
    return [np.isin(measured.labels, columns), measured.probabilities[:, columns].sum(axis=1)]


def _scope(measured: Measured, outside: int) -> dict[str, float]:
    """Return accuracy on what is in scope, and recall on what is not; each where there is any."""
    right = measured.probabilities.argmax(axis=1) == measured.labels
    inside = measured.labels != outside
    shares = {"in_scope_accuracy": right[inside], "out_of_scope_recall": right[~inside]}
    return {name: float(rows.mean()) for name, rows in shares.items() if len(rows)}
