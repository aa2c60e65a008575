"""Watch a language model while it is trained: measure it, draw its curves, keep its best weights."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from nlpbot.core.nn import LanguageModel
from nlpbot.core.training import BestWeights, Curves, MovingAverage, Point, Report
from nlpbot.lm.config import LmSettings
from nlpbot.lm.data import Corpus, StreamBatches
from nlpbot.lm.evaluate import mean_loss, streams_for

__all__ = ["Told", "Watch"]

LEAST_TRAINING = 0.5
"""Share of a time budget that is trained, whatever the last measuring costs."""
TRIED_PART = 16
"""One in so many tokens of the validation text is read before training, to learn how long all of it takes."""

Told = Callable[[Report, float | None], None]


class Watch:
    """Measures a model while it is trained, draws its curves, and keeps its best weights.

    Args:
        model: that is trained.
        corpus: with the text to measure on.
        settings: of the run.
        folder: takes the curves.
        resumed: whether the run goes on from a checkpoint.
        told: is told each report, with the validation loss where it was measured.
    """

    def __init__(
        self, model: LanguageModel, corpus: Corpus, settings: LmSettings, folder: Path, *, resumed: bool, told: Told
    ) -> None:
        decay = settings.train.average
        self.average = MovingAverage(model, decay=decay) if decay else None
        self.best = BestWeights(model, patience=settings.patience)
        self.measures = len(corpus.valid) > 1
        self.earlier_s = 0.0
        """Seconds of the run before it was interrupted."""
        self._model, self._measured, self._settings = model, corpus.measured, settings
        self._folder, self._resumed, self._told = folder, resumed, told
        self._steps_apart = self._fewest_steps_apart(corpus)
        self._began = time.monotonic()
        self._curves: Curves | None = None

    @property
    def points(self) -> list[Point]:
        """The curves so far."""
        return self._curves.points if self._curves is not None else []

    def closing_s(self) -> float:
        """Return how long the last measuring will take, as far as a part of it tells; 0 without a time budget."""
        minutes = self._settings.train.minutes
        if minutes is None or not self.measures:
            return 0.0
        part_s = min(self._seconds_of_a_part() for _ in range(2))  # the first is slower, since nothing is in place
        return min(TRIED_PART * part_s, (1 - LEAST_TRAINING) * minutes * 60)

    def goes_on(self, report: Report) -> bool:
        """Take note of a report, and return whether training is to go on after it."""
        if self._curves is None:
            self.earlier_s = max(report.seconds - (time.monotonic() - self._began), 0.0)
            self._curves = Curves(self._folder / "curves.jsonl", resume_step=report.step - 1 if self._resumed else None)
        loss = self._measure() if self._is_due(report) else None
        self._curves.add(Point(report.step, report.train_loss, loss, report.learning_rate, report.seconds))
        self._told(report, loss)
        if loss is None:
            return True
        with self._averaged():
            return self.best.update(loss)

    def settle(self) -> None:
        """Leave the best weights in the model, or the average where nothing was measured."""
        if self.average is not None:
            self.average.apply()
        self.best.restore()

    def _measure(self) -> float:
        """Return the loss on validation text, in nats a token."""
        with self._averaged():
            return mean_loss(self._model, self._measured, self._model.head.bias.device).per_token

    def _seconds_of_a_part(self) -> float:
        start, text = time.monotonic(), self._measured
        part = text[: max(len(text) // TRIED_PART, 2)]
        mean_loss(self._model, part, self._model.head.bias.device, streams=streams_for(len(text)))
        return time.monotonic() - start

    def _averaged(self) -> AbstractContextManager[None]:
        return self.average.applied() if self.average is not None else nullcontext()

    def _is_due(self, report: Report) -> bool:
        """Return whether to measure: at the end, and at even shares of the way to it."""
        if not self.measures or report.share is None:
            return False
        if report.step == report.steps:
            return True
        measured = [point.step for point in self.points if point.valid_loss is not None]
        apart = report.step - max(measured, default=0)
        return apart >= self._steps_apart and report.share >= (len(measured) + 1) / self._settings.validations

    def _fewest_steps_apart(self, corpus: Corpus) -> int:
        """Return the fewest steps between two measurings: of a time budget, training is to get the larger part."""
        train = self._settings.train
        if train.minutes is None:
            return 0
        batches = StreamBatches(corpus.train, batch=train.batch_size, length=self._settings.length)
        return len(corpus.measured) // (train.accumulate * batches.tokens)
