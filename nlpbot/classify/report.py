"""What a training and an evaluation show: models side by side, labels told worst, and each prediction in a file."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from nlpbot.classify.evaluate import Evaluation
from nlpbot.classify.train import TrainedClassifier
from nlpbot.core.kernel.console import Table
from nlpbot.core.runs.ablation import ablation_tables
from nlpbot.core.runs.evaluation_report import EvaluationReport
from nlpbot.core.terminal.label_tables import label_tables
from nlpbot.core.terminal.row_files import row_file

__all__ = ["baseline_of", "comparison", "metrics_of", "with_tables", "write_predictions"]

SHOWN = ("accuracy", "precision", "recall", "f1", "macro_f1", "mcc", "auroc", "average_precision", "ece")
SHOWN_RATES = ("recall_at_fpr_0.001", "recall_at_fpr_0.01")
SHOWN_SCOPE = ("in_scope_accuracy", "out_of_scope_recall")


def metrics_of(trained: TrainedClassifier) -> dict[str, Any]:
    """Return how what is served did on texts held out, and beside it all that were trained."""
    candidates = {name: asdict(candidate) for name, candidate in trained.candidates.items()}
    served = {name: value for name, value in candidates[trained.chosen].items() if name != "seconds"}
    return {"served": trained.chosen, "valid_loss": served["log_loss"], **served, "candidates": candidates}


def baseline_of(trained: TrainedClassifier) -> dict[str, Any]:
    """Return how the linear model alone did."""
    return {"name": "linear", **asdict(trained.candidates["linear"])}


def comparison(trained: TrainedClassifier, out: Path) -> Table:
    """Return the candidates side by side, and which is served."""
    rows = [
        [
            f"{name} (served)" if name == trained.chosen else name,
            f"{c.log_loss:.4f}",
            f"{c.accuracy:.4f}",
            f"{c.macro_f1:.4f}",
            f"{c.seconds:.1f}",
        ]
        for name, c in trained.candidates.items()
    ]
    columns = ["model", "log loss (nats)", "accuracy", "macro F1", "seconds"]
    notes = [trained.protocol, f"{out}: written in {trained.seconds:.0f} s"]
    return Table("held-out texts", columns, rows, notes)


def with_tables(report: EvaluationReport) -> EvaluationReport:
    """Return a report with its tables: metrics with the baseline beside them, and the labels found worst."""
    rows = []
    for name in (*SHOWN, *SHOWN_RATES, *SHOWN_SCOPE):
        if name in report.metrics:
            interval = " – ".join(f"{limit:.4f}" for limit in report.intervals.get(name, ()))
            beside = f"{report.baseline[name]:.4f}" if name in report.baseline else ""
            rows.append([name, f"{report.metrics[name]:.4f}", interval, beside])
    figures = Table(f"n = {report.n}", ["metric", "served", "95 % interval", "linear alone"], rows)
    alternatives = report.details.get("alternatives", {})
    shown = [name for name in SHOWN if name in report.metrics and name != "ece"]
    measured = [
        [name, *(f"{told[metric]:.4f}" for metric in shown), f"{told['training_s']:.0f}"]
        for name, told in alternatives.items()
    ]
    parts = [Table("each by itself", ["model", *shown, "training (s)"], measured)] if len(measured) > 1 else []
    worth = ablation_tables(report.details.get("ablation", {}), {name: name for name in SHOWN if name != "ece"})
    served = ", ".join(report.details.get("served", ["the bundle"]))
    remarks = Table("", (), (), [f"{report.protocol}\n{report.seconds:.0f} s; served: {served}"])
    return replace(report, tables=[figures, *parts, *worth, *label_tables(report.details), remarks])


def write_predictions(path: Path, evaluation: Evaluation, texts: Sequence[str]) -> None:
    """Write a row for each text measured: its label, what was predicted, how probable that was, and the text."""
    names, measured = evaluation.names, evaluation.served
    with row_file(path, ("label", "predicted", "probability", "text")) as write:
        for label, row, text in zip(measured.labels, measured.probabilities, texts, strict=True):
            best = int(row.argmax())
            found = {"label": names[label], "predicted": names[best], "probability": round(float(row[best]), 4)}
            write({**found, "text": text})
