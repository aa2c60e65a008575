"""Train an image classifier in the textbook's six steps: data set, model, session, learning, validation, result."""

import time
from dataclasses import dataclass

import torch

from nlpbot.core.console import ProgressLine
from nlpbot.core.images.batches import ImageBatches
from nlpbot.core.reproducibility import seeded
from nlpbot.core.training import fit, image_loss, summed_image_loss
from nlpbot.vision.config import VisionSettings
from nlpbot.vision.data import ImageSet
from nlpbot.vision.evaluate import accuracy, neighbours_accuracy
from nlpbot.vision.predictor import VisionPredictor, build_network

__all__ = ["TrainedVision", "train_vision"]


@dataclass(frozen=True, slots=True)
class TrainedVision:
    """What a training run leaves.

    Attributes:
        predictor: to be served.
        train_loss: of the last report.
        accuracy: on the test images.
        baseline: that of nearest neighbours, or None.
        steps: mini-batches trained on.
        seconds: in all.
    """

    predictor: VisionPredictor
    train_loss: float
    accuracy: float
    baseline: float | None
    steps: int
    seconds: float


def train_vision(
    images: ImageSet, settings: VisionSettings, device: torch.device, *, progress: ProgressLine | None = None
) -> TrainedVision:
    """Return the classifier of some images.

    Args:
        images: the data set.
        settings: model and training.
        device: the session.
        progress: is told of the learning.
    """
    start = time.monotonic()
    loss_fn = summed_image_loss if settings.summed_loss else image_loss
    loss, steps = float("nan"), 0
    with seeded(settings.seed):
        network = build_network(settings.model, _shape(images, settings), where="vision").to(device)
        batches = ImageBatches(
            images.train_images,
            images.train_labels,
            batch_size=settings.train.batch_size,
            seed=settings.seed,
            shift=settings.shift,
        )
        for report in fit(network, loss_fn, batches, settings.train, device):
            loss, steps = report.train_loss, report.step
            if progress is not None:
                progress(report.step, report.steps or 0, f"loss {loss:.4f}")
    predictor = VisionPredictor(network, settings.model, images.side, device)
    return TrainedVision(
        predictor=predictor,
        train_loss=loss,
        accuracy=accuracy(predictor, images.test_images, images.test_labels),
        baseline=neighbours_accuracy(images) if settings.neighbours else None,
        steps=steps,
        seconds=time.monotonic() - start,
    )


def _shape(images: ImageSet, settings: VisionSettings) -> dict[str, object]:
    if settings.model == "softmax":
        return {"pixels": images.side**2, "labels": images.labels}
    return {
        "side": images.side,
        "labels": images.labels,
        "filters": settings.filters,
        "kernel": settings.kernel,
        "activation": settings.activation,
        "pool": settings.pool,
        "dropout": settings.dropout,
    }
