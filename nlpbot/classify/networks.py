"""What networks that read whole texts have in common as members: how they are trained, and how they are explained."""

from collections.abc import Callable, Generator, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from nlpbot.classify.occlusion import Piece, Scores, scores_by_reading
from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.kernel.threads import paying_threads, threads
from nlpbot.core.training import Batches, LossFunction, RunFolder, RunResult, TrainingRun, TrainSettings, Validation

__all__ = ["scores_of_beginning", "train_network"]

REFILL = 4
"""Characters that may come to be read for one that is left out."""


def train_network(
    network: nn.Module,
    loss_fn: LossFunction,
    batches: Batches,
    train: TrainSettings,
    device: torch.device,
    *,
    recurrent: nn.Module | None,
    valid_loss: Callable[[], float] | None,
    folder: RunFolder | None,
    progress: ProgressLine | None,
) -> RunResult:
    """Train a network on as many threads as pay, and return how it went.

    Args:
        network: on `device`.
        loss_fn: its loss.
        batches: the training data.
        train: how long and how fast.
        device: where.
        recurrent: what makes a step in time, by whose size threads are chosen.
        valid_loss: measures it on texts kept back; without it it trains to the end.
        folder: takes the checkpoint.
        progress: shows each report.
    """
    validation = Validation(valid_loss) if valid_loss is not None else None
    run = TrainingRun(network, loss_fn, batches, train, device, validation=validation, folder=folder)
    numbers = sum(weight.numel() for weight in recurrent.parameters()) if recurrent is not None else 0
    with threads(paying_threads(train.batch_size * numbers)):
        for report in run:
            if progress is not None:
                progress(report.step, report.steps or 0, str(report))
    return run.result


def scores_of_beginning(
    scores: Callable[[Sequence[str]], Any], text: str, pieces: Sequence[Piece], *, end: int, most: int
) -> Generator[None, None, Scores]:
    """Return the scores of a text without each of its pieces, by a model that reads only its beginning.

    Args:
        scores: gives texts their scores.
        text: as `plain` reads it.
        pieces: in any order; those beyond what is read change nothing.
        end: of what is read of the text.
        most: texts to read beside the whole one.

    Yields:
        between slices of the work, so that others may have their turn.
    """
    found = np.repeat(scores([text]), len(pieces), axis=0)
    inside = [number for number, (start, _) in enumerate(pieces) if start < end]
    if inside:
        read = [pieces[number] for number in inside]
        beginning = text[: end + REFILL * max(stop - start for start, stop in read)]
        found[inside] = yield from scores_by_reading(scores, beginning, read, most=most)
    return found
