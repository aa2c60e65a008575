"""Train a language model on a text."""

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Integer
from numpy import ndarray

from nlpbot.core.bundle import CHECKPOINT
from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.core.reproducibility import seeded
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
    began, earlier_s = time.monotonic(), 0.0
    with seeded(settings.seed):
        model = _network(settings, len(corpus.tokenizer.vocabulary)).to(device)
        best = BestWeights(model, patience=settings.patience)
        average = MovingAverage(model, decay=settings.train.average) if settings.train.average else None

        def measure() -> float:
            with average.applied() if average is not None else nullcontext():
                return mean_loss(model, corpus.measured, device).per_token

        measures = len(corpus.valid) > 1
        batches = StreamBatches(corpus.train, batch=settings.train.batch_size, length=settings.length)
        loss_fn, finish = _losses(settings, corpus)
        checkpoint = Checkpoint(folder / CHECKPOINT, best=best, average=average)
        run = fit(
            model,
            loss_fn,
            batches,
            _without_measuring(settings, measure) if measures else settings.train,
            device,
            finish=finish,
            average=average,
            checkpoint=checkpoint,
            resume=resume,
        )
        curves: Curves | None = None
        report, train_loss, measured_at = None, float("nan"), 0
        for report in run:
            train_loss = report.train_loss
            if curves is None:
                earlier_s = max(report.seconds - (time.monotonic() - began), 0.0)  # of a run that is gone on with
                curves = Curves(folder / "curves.jsonl", resume_step=report.step - 1 if resume else None)
                measured_at = max((point.step for point in curves.points if point.valid_loss is not None), default=0)
            loss = None
            if measures and _is_due(report, measured_at, settings.validations):
                loss, measured_at = measure(), report.step
            curves.add(Point(report.step, report.train_loss, loss, report.learning_rate, report.seconds))
            told(report, loss)
            if loss is not None:
                with average.applied() if average is not None else nullcontext():
                    go_on = best.update(loss)
                if not go_on:
                    break
        best.restore()
    valid_loss = best.loss if measures else None
    decoding = choose_decoding(model, corpus.measured)
    predictor = LmPredictor(model, corpus.tokenizer, device, decoding=decoding.name)
    return TrainedLm(
        predictor=predictor,
        decoding=decoding,
        train_loss=train_loss,
        valid_loss=valid_loss,
        points=curves.points if curves else [],
        steps=report.step if report else 0,
        seconds=time.monotonic() - began + earlier_s,
        prediction=predictions(predictor, corpus.train) if len(corpus.train) <= MAX_SHOWN else None,
    )


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


def _is_due(report: Report, measured_at: int, validations: int) -> bool:
    if report.steps is None:
        return False
    return report.step == report.steps or report.step - measured_at >= report.steps / validations


def _network(settings: LmSettings, vocabulary: int) -> LanguageModel:
    return LanguageModel(LanguageModelConfig(vocabulary=vocabulary, **settings.network.model_dump()))
