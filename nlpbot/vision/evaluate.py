"""Measure an image classifier on images that it was not trained on, with bootstrap intervals."""

import time
from pathlib import Path

from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.measures.labels import intervals, label_by_label, label_metrics
from nlpbot.core.runs.evaluation_report import EvaluationReport
from nlpbot.core.terminal.row_files import row_file
from nlpbot.vision.data import ImageSet
from nlpbot.vision.members import Member
from nlpbot.vision.predictor import VisionPredictor

__all__ = ["accuracy", "evaluate_images"]


def accuracy(member: Member, images: Tensor, labels: Tensor) -> float:
    """Return the fraction of images whose label is right."""
    return float((member.probabilities(images).argmax(axis=1) == labels.numpy()).mean())


def evaluate_images(
    predictor: VisionPredictor, images: ImageSet, *, seed: int = 0, predictions: Path | None = None
) -> EvaluationReport:
    """Return how a classifier does on the test images, and write what is predicted.

    Args:
        predictor: the classifier.
        images: of the size that it reads.
        seed: of the bootstrap.
        predictions: a file to write, a row for each image, or None.

    Raises:
        DataError: the images are of another size.
    """
    if images.side != predictor.side:
        raise DataError(f"images of {images.side} pixels a side found; {predictor.side} expected, as in training")
    start = time.monotonic()
    labels, probabilities = images.test_labels.numpy(), predictor.probabilities(images.test_images)
    if predictions is not None:
        _write_predictions(predictions, labels, probabilities)
    rows = [labels, probabilities]
    metrics, limits = label_metrics(*rows), intervals(label_metrics, rows, seed=seed)
    return EvaluationReport(
        n=len(labels),
        metrics=metrics,
        protocol=f"{len(labels)} test images, all of them",
        seconds=time.monotonic() - start,
        seed=seed,
        intervals=limits,
        details=label_by_label(labels, probabilities.argmax(axis=1), [str(n) for n in range(probabilities.shape[1])]),
    )


def _write_predictions(path: Path, labels: Int[ndarray, " N"], probabilities: Float[ndarray, "N L"]) -> None:
    with row_file(path, ("image", "label", "predicted", "probability")) as write:
        for number, (label, row) in enumerate(zip(labels.tolist(), probabilities, strict=True)):
            best = int(row.argmax())
            write({"image": number, "label": label, "predicted": best, "probability": round(float(row[best]), 4)})
