"""Train a language model on a text."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Integer
from numpy import ndarray

from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.core.reproducibility import seeded
from nlpbot.core.targets import CHECKPOINT
from nlpbot.core.threads import paying_threads, threads
from nlpbot.core.training import Checkpoint, Point, SampledSoftmax, fit, forgetful, next_token_loss
from nlpbot.core.training.losses import LossFunction
from nlpbot.lm.config import LmSettings
from nlpbot.lm.data import Corpus, StreamBatches
from nlpbot.lm.decoding import DecodingChoice, choose_decoding
from nlpbot.lm.predictor import LmPredictor
from nlpbot.lm.watch import Told, Watch

__all__ = ["TrainedLm", "predictions", "train_lm"]

MAX_SHOWN = 64
"""Tokens of a text whose every prediction is shown."""


@dataclass(frozen=True, slots=True)
class TrainedLm:
    """What a training run leaves; losses in nats a token, seconds those of training and of measuring meanwhile."""

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
        with threads(paying_threads(settings.train.batch_size * _products(model))):
            watch = Watch(model, corpus, settings, folder, resumed=resume, told=told)
            loss_fn, finish = _losses(settings, corpus)
            run = fit(
                model,
                loss_fn,
                StreamBatches(corpus.train, batch=settings.train.batch_size, length=settings.length),
                settings.train,
                device,
                finish=finish,
                average=watch.average,
                checkpoint=Checkpoint(folder / CHECKPOINT, best=watch.best, average=watch.average),
                resume=resume,
                closing_s=watch.closing_s(),
            )
            for report in run:
                if not watch.goes_on(report):
                    break
            watch.settle()
    seconds = time.monotonic() - began + watch.earlier_s
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
        seconds=seconds,
        prediction=predictions(predictor, corpus.train) if len(corpus.train) <= MAX_SHOWN else None,
    )


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


def _network(settings: LmSettings, vocabulary: int) -> LanguageModel:
    return LanguageModel(LanguageModelConfig(vocabulary=vocabulary, **settings.network.model_dump()))


def _products(model: LanguageModel) -> int:
    """Return the multiplications of a token's time step."""
    return sum(weight.numel() for part in (model.layers, model.head) for weight in part.parameters())
