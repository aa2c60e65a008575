"""Measure a fraud scorer: a trained one on a test file, or trained for it on a training file or folds."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nlpbot.classify.data import Labelled, load_labelled
from nlpbot.classify.evaluate import evaluate_predictor, to_report
from nlpbot.classify.run import of_interest, run_evaluation
from nlpbot.core.console import note
from nlpbot.core.row_files import row_file
from nlpbot.core.text.columns import Columns
from nlpbot.core.text.labelled import Example
from nlpbot.fraud.config import POSITIVE_LABELS
from nlpbot.fraud.data import FRAUD, as_fraud_or_honest
from nlpbot.fraud.predictor import FraudPredictor, Verdict
from nlpbot.fraud.thresholds import VERDICTS

__all__ = ["evaluate_bundle", "run_fraud_evaluation"]


def run_fraud_evaluation(
    bundle: Path | None, *, test: Path | None, positive: Sequence[str], seed: int, device: str, **options: Any
) -> dict[str, Any]:
    """Return the report of an evaluation, and write what is predicted; without a bundle a classifier is trained for it.

    Raises:
        ConfigError: the options don't say what to measure on what, or which label means fraud.
    """
    if bundle is None or test is None or options["train"] is not None or options["data"] is not None:
        return run_evaluation(bundle, test=test, positive=positive or (FRAUD,), seed=seed, device=device, **options)
    columns = Columns(**{name: options[f"{name}_column"] for name in ("text", "label", "group", "time")})
    examples = load_labelled([test], columns, keep_duplicates=True, note=note)
    positive = positive or POSITIVE_LABELS
    examples = of_interest(examples, positive, options["negative"])
    return evaluate_bundle(
        bundle, examples, positive=positive, seed=seed, device=device, predictions=options["predictions"]
    )


def evaluate_bundle(
    bundle: Path,
    examples: Sequence[Example],
    *,
    positive: Sequence[str],
    seed: int,
    device: str,
    predictions: Path | None = None,
) -> dict[str, Any]:
    """Return the report of a trained scorer on labelled messages, with the rate flagged of each kind that is given.

    Args:
        bundle: of the scorer.
        examples: with the labels of their file.
        positive: labels that mean fraud.
        seed: of the bootstrap.
        device: where to compute.
        predictions: a file to write with the verdict of each message, or None.
    """
    predictor = FraudPredictor.load(bundle, device=device)
    relabelled = as_fraud_or_honest(examples, positive)
    evaluation = evaluate_predictor(predictor.detector, Labelled.of(relabelled, names=predictor.detector.names))
    report = to_report(evaluation, positive=[FRAUD], seed=seed)
    verdicts = predictor.predict([example.text for example in relabelled])
    if predictions is not None:
        _write_predictions(predictions, examples, verdicts)
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for example, verdict in zip(relabelled, verdicts, strict=True):
        by_kind[f"{example.label}: {example.kind or 'all'}"].append(verdict.verdict == "fraud")
    flagged = {kind: {"n": len(flags), "flagged": round(sum(flags) / len(flags), 4)} for kind, flags in by_kind.items()}
    rates = {name: sum(v.verdict == name for v in verdicts) / len(verdicts) for name in VERDICTS}
    return {**report, "verdicts": rates, "flagged_by_kind": dict(sorted(flagged.items()))}


def _write_predictions(path: Path, examples: Sequence[Example], verdicts: Sequence[Verdict]) -> None:
    with row_file(path, ("label", "verdict", "probability", "kind", "text")) as write:
        for example, v in zip(examples, verdicts, strict=True):
            found = {"verdict": v.verdict, "probability": round(v.probability, 4), "kind": v.kind}
            write({"label": example.label, **found, "text": example.text})
