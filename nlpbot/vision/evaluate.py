"""Measure an image classifier on images that it was not trained on, beside nearest neighbours."""

import time
from pathlib import Path
from typing import Any

from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor

from nlpbot.core.errors import DataError
from nlpbot.core.linear.metrics import intervals, label_by_label, label_metrics
from nlpbot.core.linear.neighbours import NearestNeighbours
from nlpbot.core.row_files import row_file
from nlpbot.vision.data import ImageSet
from nlpbot.vision.predictor import VisionPredictor

__all__ = ["accuracy", "evaluate_images", "neighbours_accuracy"]

MOST_NEIGHBOURS = 10_000
"""Training images that neighbours are looked for among; all 60,000 of MNIST would take minutes."""


def accuracy(predictor: VisionPredictor, images: Tensor, labels: Tensor) -> float:
    """Return the share of images whose label is right."""
    return float((predictor.probabilities(images).argmax(axis=1) == labels.numpy()).mean())


def evaluate_images(
    predictor: VisionPredictor, images: ImageSet, *, seed: int = 0, predictions: Path | None = None
) -> dict[str, Any]:
    """Return how a classifier does on the test images, as JSON, and write what is predicted.

    Args:
        predictor: the classifier.
        images: of the size that it reads.
        seed: of the bootstrap.
        predictions: a file to write, a row for each image, or None.

    Raises:
        DataError: the images are of another size.
    """
    if images.side != predictor.side:
        raise DataError(f"images of {images.side} pixels a side found; {predictor.side} wanted, as in training")
    start = time.monotonic()
    labels, probabilities = images.test_labels.numpy(), predictor.probabilities(images.test_images)
    if predictions is not None:
        _write_predictions(predictions, labels, probabilities)
    rows = [labels, probabilities]
    metrics, limits = label_metrics(*rows), intervals(label_metrics, rows, seed=seed)
    protocol = f"{len(labels)} test images, all of them"
    seconds = round(time.monotonic() - start, 2)
    by_label = label_by_label(labels, probabilities.argmax(axis=1), [str(n) for n in range(probabilities.shape[1])])
    told = {"seconds": seconds, "protocol": protocol, "seed": seed}
    return {"n": len(labels), **metrics, "intervals": limits, **by_label, **told}


def neighbours_accuracy(images: ImageSet) -> float:
    """Return the accuracy of 3 nearest neighbours among the first 10,000 training images."""
    rows = images.train_images[:MOST_NEIGHBOURS].flatten(1).numpy()
    model = NearestNeighbours(rows, images.train_labels[:MOST_NEIGHBOURS].tolist())
    found = model.predict(images.test_images.flatten(1).numpy())
    return float((found == images.test_labels.numpy()).mean())


def _write_predictions(path: Path, labels: Int[ndarray, " N"], probabilities: Float[ndarray, "N L"]) -> None:
    with row_file(path, ("image", "label", "predicted", "probability")) as write:
        for number, (label, row) in enumerate(zip(labels.tolist(), probabilities, strict=True)):
            best = int(row.argmax())
            write({"image": number, "label": label, "predicted": best, "probability": round(float(row[best]), 4)})
