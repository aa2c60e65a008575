"""Train a language model on a text."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Integer
from numpy import ndarray

from nlpbot.core.kernel.reproducibility import seeded
from nlpbot.core.kernel.threads import paying_threads, threads
from nlpbot.core.nn import (
    LanguageModel,
    LanguageModelConfig,
    SampledSoftmax,
    TokenLoss,
    next_token_loss,
    with_state_resets,
)
from nlpbot.core.training import Finish, Report, RunFolder, RunResult, TrainingRun
from nlpbot.lm.config import LmSettings
from nlpbot.lm.data import Corpus, StreamBatches
from nlpbot.lm.decoding import DecodingChoice, choose_decoding
from nlpbot.lm.predictor import LmPredictor
from nlpbot.lm.validation import validation_of

__all__ = ["TrainedLm", "predictions", "train_lm"]

MAX_SHOWN = 64
"""Tokens of a text whose every prediction is shown."""


@dataclass(frozen=True, slots=True)
class TrainedLm:
    """What a training run leaves."""

    predictor: LmPredictor
    decoding: DecodingChoice
    run: RunResult
    """How it went; losses in nats a token."""
    prediction: str | None
    """What the model says after each symbol of a short text, as the textbook prints it."""


def train_lm(
    corpus: Corpus,
    settings: LmSettings,
    device: torch.device,
    *,
    folder: RunFolder | None = None,
    show: Callable[[Report], None] = lambda _report: None,
) -> TrainedLm:
    """Return the language model of a corpus, with the weights that did best on validation.

    Args:
        corpus: to train and validate on.
        settings: how.
        device: where.
        folder: takes checkpoint and curves; the run there is resumed if that is asked for.
        show: is given each report, with the validation loss where it was measured.
    """
    with seeded(settings.seed):
        model = _network(settings, len(corpus.tokenizer.vocabulary)).to(device)
        batches = StreamBatches(corpus.train, batch=settings.train.batch_size, length=settings.length)
        loss_fn, finish = _losses(settings, corpus)
        run = TrainingRun(
            model,
            loss_fn,
            batches,
            settings.train,
            device,
            validation=validation_of(model, corpus, settings.train, tokens_a_batch=batches.tokens),
            finish=finish,
            folder=folder,
        )
        with threads(paying_threads(settings.train.batch_size * _products(model))):
            for report in run:
                show(report)
    decoding = choose_decoding(model, corpus.measured)
    predictor = LmPredictor(model, corpus.tokenizer, device, decoding=decoding.name)
    short = len(corpus.train) <= MAX_SHOWN
    return TrainedLm(predictor, decoding, run.result, predictions(predictor, corpus.train) if short else None)


@torch.inference_mode()
def predictions(predictor: LmPredictor, ids: Integer[ndarray, " N"]) -> str:
    """Return the likeliest next token after each token of a text but the last."""
    inputs = torch.from_numpy(ids[None, :-1].astype(np.int64))
    logits, _ = predictor.model(inputs.to(predictor.device))
    return predictor.tokenizer.decode(logits[0].argmax(dim=-1).tolist())


def _losses(settings: LmSettings, corpus: Corpus) -> tuple[TokenLoss, Finish | None]:
    """Return the loss to train with, and the exact one for the end, if the first is not."""
    exact = with_state_resets(next_token_loss, settings.reset_probability)
    if not settings.noise:
        return exact, None
    targets = settings.train.batch_size * settings.length
    sampled = SampledSoftmax(torch.from_numpy(corpus.counts), noise=settings.noise, targets=targets)
    finish = Finish(exact, settings.finish_fraction) if settings.finish_fraction else None
    return with_state_resets(sampled, settings.reset_probability), finish


def _network(settings: LmSettings, vocabulary: int) -> LanguageModel:
    return LanguageModel(LanguageModelConfig(vocabulary=vocabulary, **settings.network.model_dump()))


def _products(model: LanguageModel) -> int:
    """Return the multiplications of a token's time step."""
    return sum(weight.numel() for part in (model.layers, model.head) for weight in part.parameters())
