"""Measure an image classifier on images that it was not trained on, with bootstrap intervals."""

import time
from typing import Any

from torch import Tensor

from nlpbot.core.errors import DataError
from nlpbot.core.linear.metrics import intervals, label_metrics
from nlpbot.vision.data import ImageSet
from nlpbot.vision.members import Member
from nlpbot.vision.predictor import VisionPredictor

__all__ = ["accuracy", "evaluate_images"]


def accuracy(member: Member, images: Tensor, labels: Tensor) -> float:
    """Return the share of images whose label is right."""
    return float((member.probabilities(images).argmax(axis=1) == labels.numpy()).mean())


def evaluate_images(predictor: VisionPredictor, images: ImageSet, *, seed: int = 0) -> dict[str, Any]:
    """Return how a classifier does on the test images, as JSON.

    Args:
        predictor: the classifier.
        images: of the size that it reads.
        seed: of the bootstrap.

    Raises:
        DataError: the images are of another size.
    """
    if images.side != predictor.side:
        raise DataError(f"images of {images.side} pixels a side found; {predictor.side} wanted, as in training")
    start = time.monotonic()
    labels = images.test_labels.numpy()
    rows = [labels, predictor.probabilities(images.test_images)]
    metrics, limits = label_metrics(*rows), intervals(label_metrics, rows, seed=seed)
    protocol = f"{len(labels)} test images, all of them"
    seconds = round(time.monotonic() - start, 2)
    return {"n": len(labels), **metrics, "intervals": limits, "seconds": seconds, "protocol": protocol, "seed": seed}
