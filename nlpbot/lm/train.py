"""Train a language model on a text."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Integer
from numpy import ndarray

from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.core.reproducibility import seeded
from nlpbot.core.targets import CHECKPOINT
from nlpbot.core.training import (
    BestWeights,
    Checkpoint,
    Curves,
    MovingAverage,
    Point,
    Report,
    SampledSoftmax,
    TrainSettings,
    fit,
    forgetful,
    next_token_loss,
)
from nlpbot.core.training.losses import LossFunction
from nlpbot.lm.config import LmSettings
from nlpbot.lm.data import Corpus, StreamBatches
from nlpbot.lm.decoding import DecodingChoice, choose_decoding
from nlpbot.lm.evaluate import mean_loss
from nlpbot.lm.predictor import LmPredictor

__all__ = ["Told", "TrainedLm", "predictions", "train_lm"]

LEAST_TRAINING = 0.5
"""Share of a time budget that is trained, whatever the measuring costs."""

Told = Callable[[Report, float | None], None]


@dataclass(frozen=True, slots=True)
class TrainedLm:
    """What a training run leaves; losses in nats a token."""

    predictor: LmPredictor
    decoding: DecodingChoice
    train_loss: float
    valid_loss: float | None
    points: list[Point]
    steps: int
    seconds: float
    prediction: str | None
    """What the model says after each symbol of a short text, as the textbook prints it."""


def train_lm(
    corpus: Corpus,
    settings: LmSettings,
    device: torch.device,
    *,
    folder: Path,
    resume: bool = False,
    told: Told = lambda _report, _loss: None,
) -> TrainedLm:
    """Return the language model of a corpus, with the weights that did best on validation.

    Args:
        corpus: to train and validate on.
        settings: how.
        device: where.
        folder: takes the checkpoint and the curves.
        resume: whether to go on from the checkpoint in that folder.
        told: is told each report, with the validation loss where it was measured.

    Raises:
        BundleError: there is nothing to resume from.
    """
    began = time.monotonic()
    with seeded(settings.seed):
        model = _network(settings, len(corpus.tokenizer.vocabulary)).to(device)
        watch = _Watch(model, corpus, settings, folder, resumed=resume, told=told)
        loss_fn, finish = _losses(settings, corpus)
        run = fit(
            model,
            loss_fn,
            StreamBatches(corpus.train, batch=settings.train.batch_size, length=settings.length),
            _without_measuring(settings, watch.measure) if watch.measures else settings.train,
            device,
            finish=finish,
            average=watch.average,
            checkpoint=Checkpoint(folder / CHECKPOINT, best=watch.best, average=watch.average),
            resume=resume,
        )
        for report in run:
            if not watch.goes_on(report):
                break
        watch.settle()
    decoding = choose_decoding(model, corpus.measured)
    predictor = LmPredictor(model, corpus.tokenizer, device, decoding=decoding.name)
    last = watch.points[-1]
    return TrainedLm(
        predictor=predictor,
        decoding=decoding,
        train_loss=last.train_loss,
        valid_loss=watch.best.loss if watch.measures else None,
        points=watch.points,
        steps=last.step,
        seconds=time.monotonic() - began + watch.earlier_s,
        prediction=predictions(predictor, corpus.train) if len(corpus.train) <= MAX_SHOWN else None,
    )


class _Watch:
    """Measures a model while it is trained, draws its curves, and keeps its best weights.

    Args:
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
        self._model, self._corpus, self._settings = model, corpus, settings
        self._folder, self._resumed, self._told = folder, resumed, told
        self._began = time.monotonic()
        self._curves: Curves | None = None
        self._measured_at = 0

    @property
    def points(self) -> list[Point]:
        """The curves so far."""
        return self._curves.points if self._curves is not None else []

    def measure(self) -> float:
        """Return the loss on validation text, in nats a token."""
        with self._averaged():
            return mean_loss(self._model, self._corpus.measured, self._model.head.bias.device).per_token

    def goes_on(self, report: Report) -> bool:
        """Take note of a report, and return whether training is to go on after it."""
        if self._curves is None:
            self.earlier_s = max(report.seconds - (time.monotonic() - self._began), 0.0)
            self._curves = Curves(self._folder / "curves.jsonl", resume_step=report.step - 1 if self._resumed else None)
            self._measured_at = max((point.step for point in self.points if point.valid_loss is not None), default=0)
        loss = self.measure() if self._is_due(report) else None
        self._curves.add(Point(report.step, report.train_loss, loss, report.learning_rate, report.seconds))
        self._told(report, loss)
        if loss is None:
            return True
        self._measured_at = report.step
        with self._averaged():
            return self.best.update(loss)

    def settle(self) -> None:
        """Leave the best weights in the model, or the average where nothing was measured."""
        if self.average is not None:
            self.average.apply()
        self.best.restore()

    def _averaged(self) -> AbstractContextManager[None]:
        return self.average.applied() if self.average is not None else nullcontext()

    def _is_due(self, report: Report) -> bool:
        if not self.measures or report.steps is None:
            return False
        every = report.steps / self._settings.validations
        return report.step == report.steps or report.step - self._measured_at >= every


MAX_SHOWN = 64
"""Tokens of a text whose every prediction is shown."""


@torch.inference_mode()
def predictions(predictor: LmPredictor, ids: Integer[ndarray, " N"]) -> str:
    """Return the likeliest next token after each token of a text but the last."""
    inputs = torch.from_numpy(ids[None, :-1].astype(np.int64))
    logits, _ = predictor.model(inputs.to(predictor.device))
    return predictor.tokenizer.decode(logits[0].argmax(dim=-1).tolist())


def _losses(settings: LmSettings, corpus: Corpus) -> tuple[LossFunction, LossFunction | None]:
    """Return the loss to train with, and the exact one for the end, if the first is not."""
    exact = forgetful(next_token_loss, settings.forget)
    if not settings.noise:
        return exact, None
    targets = settings.train.batch_size * settings.length
    sampled = SampledSoftmax(torch.from_numpy(corpus.counts), noise=settings.noise, targets=targets)
    return forgetful(sampled, settings.forget), exact


def _without_measuring(settings: LmSettings, measure: Callable[[], float]) -> TrainSettings:
    """Return how to train where a time budget, if there is one, has the time that measuring takes taken off."""
    train = settings.train
    if train.minutes is None:
        return train
    start = time.monotonic()
    measure()
    measuring = settings.validations * (time.monotonic() - start) / 60
    return train.model_copy(update={"minutes": max(train.minutes - measuring, LEAST_TRAINING * train.minutes)})


def _network(settings: LmSettings, vocabulary: int) -> LanguageModel:
    return LanguageModel(LanguageModelConfig(vocabulary=vocabulary, **settings.network.model_dump()))
