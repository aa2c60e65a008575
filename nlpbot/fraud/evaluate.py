"""Measure a trained fraud scorer on labelled messages."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from nlpbot.classify.ablation import with_ablation
from nlpbot.classify.data import Labelled
from nlpbot.classify.evaluate import evaluate_predictor, report_of
from nlpbot.classify.report import with_tables
from nlpbot.core.runs.evaluation_report import EvaluationReport
from nlpbot.core.terminal.row_files import row_file
from nlpbot.core.text.labelled import Example
from nlpbot.fraud.data import FRAUD, as_fraud_or_honest
from nlpbot.fraud.predictor import FraudPredictor, Verdict
from nlpbot.fraud.thresholds import VERDICTS

__all__ = ["evaluate_scorer"]


def evaluate_scorer(
    predictor: FraudPredictor,
    examples: Sequence[Example],
    *,
    positive: Sequence[str],
    seed: int = 0,
    predictions: Path | None = None,
    ablate: bool = False,
) -> EvaluationReport:
    """Return how good a trained scorer is on labelled messages, with the rate flagged of each kind that is given.

    Args:
        predictor: the scorer.
        examples: with the labels of their file.
        positive: labels that mean fraud.
        seed: of the bootstrap.
        predictions: a file to write with the verdict of each message, or None.
        ablate: whether the detector is measured without each of its parts too.
    """
    relabelled = as_fraud_or_honest(examples, positive)
    held = Labelled.of(relabelled, names=predictor.detector.names)
    measured = report_of(evaluate_predictor(predictor.detector, held), positive=[FRAUD], seed=seed)
    report = with_tables(with_ablation(measured, predictor.detector, held, [FRAUD]) if ablate else measured)
    verdicts = predictor.predict([example.text for example in relabelled])
    if predictions is not None:
        _write_predictions(predictions, examples, verdicts)
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for example, verdict in zip(relabelled, verdicts, strict=True):
        by_kind[f"{example.label}: {example.kind or 'all'}"].append(verdict.verdict == "fraud")
    flagged = {kind: {"n": len(flags), "flagged": round(sum(flags) / len(flags), 4)} for kind, flags in by_kind.items()}
    rates = {name: sum(v.verdict == name for v in verdicts) / len(verdicts) for name in VERDICTS}
    more = {"verdicts": rates, "flagged_by_kind": dict(sorted(flagged.items()))}
    return replace(report, details={**report.details, **more})


def _write_predictions(path: Path, examples: Sequence[Example], verdicts: Sequence[Verdict]) -> None:
    with row_file(path, ("label", "verdict", "probability", "kind", "text")) as write:
        for example, v in zip(examples, verdicts, strict=True):
            found = {"verdict": v.verdict, "probability": round(v.probability, 4), "kind": v.kind}
            write({"label": example.label, **found, "text": example.text})
