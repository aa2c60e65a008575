"""Measure an image classifier on images that it was not trained on, beside nearest neighbours."""

from torch import Tensor

from nlpbot.core.linear.neighbours import NearestNeighbours
from nlpbot.vision.data import ImageSet
from nlpbot.vision.predictor import VisionPredictor

__all__ = ["accuracy", "neighbours_accuracy"]

MOST_NEIGHBOURS = 10_000
"""Training images that neighbours are looked for among; all 60,000 of MNIST would take minutes."""


def accuracy(predictor: VisionPredictor, images: Tensor, labels: Tensor) -> float:
    """Return the share of images whose label is right."""
    return float((predictor.probabilities(images).argmax(axis=1) == labels.numpy()).mean())


def neighbours_accuracy(images: ImageSet) -> float:
    """Return the accuracy of 3 nearest neighbours among the first 10,000 training images."""
    rows = images.train_images[:MOST_NEIGHBOURS].flatten(1).numpy()
    model = NearestNeighbours(rows, images.train_labels[:MOST_NEIGHBOURS].tolist())
    found = model.predict(images.test_images.flatten(1).numpy())
    return float((found == images.test_labels.numpy()).mean())
