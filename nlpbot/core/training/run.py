"""A run: a network is trained, measured meanwhile, and left with its best weights; interrupted, it can be resumed.

Every family trains through it. The caller owns the loop, as with `fit`, on which it stands::

    run = TrainingRun(network, loss_fn, batches, settings.train, device, validation=Validation(loss))
    for report in run:
        progress(report.step, report.steps or 0, str(report))
    run.result.valid_loss
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

import torch
from torch import nn

from nlpbot.core.training.averaging import MovingAverage
from nlpbot.core.training.best_weights import BestWeights
from nlpbot.core.training.checkpoint import Checkpoint
from nlpbot.core.training.config import TrainSettings
from nlpbot.core.training.curves import Curves, Point
from nlpbot.core.training.loop import Batches, Finish, LossFunction, Report, fit
from nlpbot.core.training.run_folder import RunFolder, RunResult

__all__ = ["TrainingRun", "Validation"]

LEAST_TRAINING = 0.5
"""Fraction of a time budget that is trained, however long the last measuring takes."""


@dataclass(frozen=True, slots=True)
class Validation:
    """How a network is measured while it is trained.

    Attributes:
        loss: returns the loss of the network as it stands on data kept back; draws nothing at random.
        seconds: returns about how long that takes; asked once, before a run that has a time budget.
        steps_apart: fewest steps from one measuring to the next.
    """

    loss: Callable[[], float]
    seconds: Callable[[], float] = lambda: 0.0
    steps_apart: int = 0


class TrainingRun:
    """Iterate over it to train; then the network holds its best weights, and `result` says how it went.

    Args:
        model: on `device`.
        loss_fn: `loss_fn(model, batch, state) -> (loss, state)`.
        batches: the training data.
        settings: how long, how fast, and how often it is measured.
        device: where batches are moved to.
        validation: how it is measured; without it the last weights, or their average, are kept.
        finish: the exact loss for the end of the run, where `loss_fn` approximates it.
        folder: takes checkpoint and curves; without one the run can't be resumed.
    """

    def __init__(
        self,
        model: nn.Module,
        loss_fn: LossFunction,
        batches: Batches,
        settings: TrainSettings,
        device: torch.device,
        *,
        validation: Validation | None = None,
        finish: Finish | None = None,
        folder: RunFolder | None = None,
    ) -> None:
        self._model, self._loss_fn, self._batches = model, loss_fn, batches
        self._settings, self._device, self._finish = settings, device, finish
        self._validation, self._folder = validation, folder
        self._average = MovingAverage(model, decay=settings.average) if settings.average else None
        self._best = BestWeights(model, patience=settings.patience)
        self._result: RunResult | None = None

    @property
    def result(self) -> RunResult:
        """How the run went.

        Raises:
            ValueError: it isn't over.
        """
        if self._result is None:
            raise ValueError("the run isn't over; iterate over it to its end")
        return self._result

    def __iter__(self) -> Iterator[Report]:
        if self._folder is not None and (earlier := self._folder.finished(self._model)) is not None:
            self._result = earlier
            return
        began = time.monotonic()
        resumed = self._folder is not None and self._folder.has_checkpoint
        curves: Curves | None = None
        earlier_s = 0.0
        for report in self._fit(resumed=resumed):
            if curves is None:
                earlier_s = max(report.seconds - (time.monotonic() - began), 0.0)
                file = self._folder.curves if self._folder is not None else None
                curves = Curves(file, resume_step=report.step - 1 if resumed else None)
            measured = replace(report, valid_loss=self._measure() if self._is_due(report, curves.points) else None)
            curves.add(_point(measured))
            goes_on = self._take_note(measured)
            yield measured
            if not goes_on:
                break
        self._settle()
        self._result = self._summary(curves.points if curves is not None else [], time.monotonic() - began + earlier_s)
        if self._folder is not None:
            self._folder.finish(self._model, self._result)

    def _fit(self, *, resumed: bool) -> Iterator[Report]:
        folder = self._folder
        checkpoint = (
            Checkpoint(folder.checkpoint, best=self._best, average=self._average, every_s=folder.every_s)
            if folder is not None
            else None
        )
        return fit(
            self._model,
            self._loss_fn,
            self._batches,
            self._settings,
            self._device,
            finish=self._finish,
            average=self._average,
            checkpoint=checkpoint,
            resume=resumed,
            closing_s=self._closing_s(),
        )

    def _closing_s(self) -> float:
        """Return how long the last measuring will take; 0 without a time budget."""
        minutes = self._settings.minutes
        if minutes is None or self._validation is None:
            return 0.0
        return min(self._validation.seconds(), (1 - LEAST_TRAINING) * minutes * 60)

    def _is_due(self, report: Report, points: list[Point]) -> bool:
        """Return whether to measure: at the end, and at even fractions of the way to it."""
        if self._validation is None or report.fraction is None:
            return False
        if report.step == report.steps:
            return True
        measured = [point.step for point in points if point.valid_loss is not None]
        apart = report.step - max(measured, default=0)
        due_from = (len(measured) + 1) / self._settings.validations
        return apart >= self._validation.steps_apart and report.fraction >= due_from

    def _measure(self) -> float:
        assert self._validation is not None  # noqa: S101  # only then it is due
        with self._averaged():
            return self._validation.loss()

    def _take_note(self, report: Report) -> bool:
        """Keep the weights if they are the best so far, and return whether training is to go on."""
        if report.valid_loss is None:
            return True
        with self._averaged():
            return self._best.update(report.valid_loss)

    def _settle(self) -> None:
        """Leave the best weights in the network, or the average where nothing was measured."""
        if self._average is not None:
            self._average.apply()
        self._best.restore()
        self._model.eval()

    def _averaged(self) -> AbstractContextManager[None]:
        return self._average.applied() if self._average is not None else nullcontext()

    def _summary(self, points: list[Point], seconds: float) -> RunResult:
        last = points[-1]
        measured = [point for point in points if point.valid_loss is not None]
        best = min(measured, key=lambda point: point.valid_loss or 0.0) if measured else last
        epoch_steps = math.ceil(len(self._batches) / self._settings.accumulate)
        return RunResult(
            train_loss=last.train_loss,
            valid_loss=best.valid_loss,
            steps=last.step,
            best_epochs=math.ceil(best.step / epoch_steps),
            seconds=seconds,
            points=tuple(points),
        )


def _point(report: Report) -> Point:
    return Point(report.step, report.train_loss, report.valid_loss, report.learning_rate, report.seconds)
