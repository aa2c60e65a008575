"""Train an image classifier in the textbook's six steps: data set, model, session, learning, validation, result."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor

from nlpbot.core.images.shifts import shifted
from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.kernel.reproducibility import seeded
from nlpbot.core.kernel.threads import paying_threads, threads
from nlpbot.core.nn import image_loss, summed_image_loss
from nlpbot.core.training import RunFolder, RunResult, ShuffledBatches, TrainingRun, Validation, shuffled
from nlpbot.vision.config import VisionSettings
from nlpbot.vision.data import ImageSet
from nlpbot.vision.evaluate import accuracy
from nlpbot.vision.members import Member, NeighboursMember, NetworkMember, build_network
from nlpbot.vision.predictor import NEIGHBOURS, VisionPredictor

__all__ = ["Candidate", "TrainedVision", "train_vision"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """How one of the models did.

    Attributes:
        valid_accuracy: on the training images held back, by which one is chosen; None where none were.
        accuracy: on the test images.
        seconds: that its training took.
    """

    valid_accuracy: float | None
    accuracy: float
    seconds: float


@dataclass(frozen=True, slots=True)
class TrainedVision:
    """What a training run leaves.

    Attributes:
        predictor: to be served.
        candidates: all that were trained, by kind; `predictor.model` is the one that is served.
        run: how the training of the network went.
        protocol: in words, what was trained, chosen and measured on.
        seconds: in all.
    """

    predictor: VisionPredictor
    candidates: dict[str, Candidate]
    run: RunResult
    protocol: str
    seconds: float


def train_vision(
    images: ImageSet,
    settings: VisionSettings,
    device: torch.device,
    *,
    folder: RunFolder | None = None,
    progress: ProgressLine | None = None,
) -> TrainedVision:
    """Return what recognises some images best: the network, or nearest neighbours where they do better.

    Args:
        images: the data set.
        settings: model and training.
        device: the session.
        folder: takes the network's checkpoint.
        progress: shows how far the learning is.
    """
    start = time.monotonic()
    fitted, held = _held_back(len(images.train_labels), settings)
    network, run = _train_network(images, fitted, held, settings, device, folder, progress)
    members: dict[str, Member] = {settings.model: network}
    candidates: dict[str, Candidate] = {settings.model: _candidate(network, network, images, held, start)}
    if len(held):
        start_near = time.monotonic()
        near, whole = _neighbours(images, fitted), _neighbours(images, torch.arange(len(images.train_labels)))
        members[NEIGHBOURS] = whole
        candidates[NEIGHBOURS] = _candidate(near, whole, images, held, start_near)
    # On a tie the first, the network.
    kind = max(candidates, key=lambda name: candidates[name].valid_accuracy or 0.0)
    return TrainedVision(
        predictor=VisionPredictor(members[kind], kind, images.side),
        candidates=candidates,
        run=run,
        protocol=_protocol(images, len(fitted), len(held), settings.seed),
        seconds=time.monotonic() - start,
    )


def _held_back(count: int, settings: VisionSettings) -> tuple[Int[Tensor, " F"], Int[Tensor, " H"]]:
    """Return which training images the network learns from, and which are held back to choose on."""
    if not settings.neighbours or count < 2:
        return torch.arange(count), torch.arange(0)
    order = torch.from_numpy(np.random.default_rng(settings.seed).permutation(count))
    held = max(int(count * settings.valid_fraction), 1)
    return order[held:].sort().values, order[:held]


def _train_network(
    images: ImageSet,
    rows: Int[Tensor, " F"],
    held: Int[Tensor, " H"],
    settings: VisionSettings,
    device: torch.device,
    folder: RunFolder | None,
    progress: ProgressLine | None,
) -> tuple[NetworkMember, RunResult]:
    """Return the network trained on some of the images, with the weights that did best on those held back."""
    with seeded(settings.seed):
        network = build_network(settings.model, _shape(images, settings), where="vision").to(device)
        member = NetworkMember(network, device)
        loss_fn = summed_image_loss if settings.summed_loss else image_loss
        batches = _batches(images.train_images[rows], images.train_labels[rows], settings)
        kept_back = images.train_images[held], images.train_labels[held]
        validation = Validation(lambda: member.loss(*kept_back)) if len(held) else None
        run = TrainingRun(network, loss_fn, batches, settings.train, device, validation=validation, folder=folder)
        with threads(paying_threads(settings.train.batch_size * _products(images, settings))):
            for report in run:
                if progress is not None:
                    progress(report.step, report.steps or 0, str(report))
    return member, run.result


def _batches(images: Tensor, labels: Tensor, settings: VisionSettings) -> ShuffledBatches[tuple[Tensor, Tensor]]:
    """Return labelled images in mini-batches, each image moved by some pixels, anew in each epoch."""
    size = settings.train.batch_size

    def collate(rows: Sequence[int], rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        return shifted(images[rows], settings.shift, rng), labels[rows]

    order = shuffled(len(images), batch_size=size)
    return ShuffledBatches(order, collate, count=-(-len(images) // size), seed=settings.seed)


def _neighbours(images: ImageSet, rows: Int[Tensor, " F"]) -> NeighboursMember:
    return NeighboursMember(images.train_images[rows], images.train_labels[rows], count=images.labels)


def _candidate(chosen_on: Member, served: Member, images: ImageSet, held: Int[Tensor, " H"], start: float) -> Candidate:
    """Return how a member did; neighbours, which cost nothing to fit again, are served with what was held back too."""
    valid = accuracy(chosen_on, images.train_images[held], images.train_labels[held]) if len(held) else None
    return Candidate(valid, accuracy(served, images.test_images, images.test_labels), time.monotonic() - start)


def _protocol(images: ImageSet, fitted: int, held: int, seed: int) -> str:
    chosen = f", {held} held back to choose on" if held else ""
    return f"{fitted} images trained on{chosen}, {len(images.test_labels)} tested on; seed {seed}"


def _products(images: ImageSet, settings: VisionSettings) -> int:
    """Return about how many multiplications an image takes in the first layer."""
    weights = images.labels if settings.model == "softmax" else settings.network.filters[0] * settings.network.kernel**2
    return images.side**2 * weights


def _shape(images: ImageSet, settings: VisionSettings) -> dict[str, object]:
    if settings.model == "softmax":
        return {"pixels": images.side**2, "labels": images.labels}
    return {"side": images.side, "labels": images.labels, **settings.network.model_dump()}
