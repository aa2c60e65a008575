"""Train a language model on a text."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.core.reproducibility import seeded
from nlpbot.core.text.tokenizer import Tokenizer
from nlpbot.core.training import BestWeights, Checkpoint, Curves, Point, Report, fit, forgetful
from nlpbot.lm.config import LmSettings
from nlpbot.lm.data import StreamBatches, encode_pieces
from nlpbot.lm.evaluate import mean_loss
from nlpbot.lm.predictor import LmPredictor

__all__ = ["Corpus", "TrainedLm", "predictions", "train_lm"]

VALIDATIONS = 10
"""Measured about that often; a pass over the validation text costs time that training could use."""
MAX_VALID_TOKENS = 200_000

Told = Callable[[Report, float | None], None]


@dataclass(frozen=True, slots=True)
class Corpus:
    """A tokenized text, and the part kept back to validate on, which may be empty."""

    train: Tensor
    valid: Tensor
    tokenizer: Tokenizer

    @classmethod
    def of(cls, train: list[str], valid: list[str], tokenizer: Tokenizer) -> "Corpus":
        """Return texts as ids."""
        return cls(encode_pieces(train, tokenizer), encode_pieces(valid, tokenizer), tokenizer)


@dataclass(frozen=True, slots=True)
class TrainedLm:
    """What a training run leaves; losses in nats a token."""

    predictor: LmPredictor
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
    start = time.monotonic()
    with seeded(settings.seed):
        model = _network(settings, len(corpus.tokenizer.vocabulary)).to(device)
        best = BestWeights(model, patience=settings.patience)
        checkpoint = Checkpoint(folder / "checkpoint.safetensors", best=best)
        batches = StreamBatches(corpus.train, batch=settings.train.batch_size, length=settings.length)
        curves: Curves | None = None
        report, train_loss, measured_at = None, float("nan"), 0
        run = fit(
            model, forgetful(settings.forget), batches, settings.train, device, checkpoint=checkpoint, resume=resume
        )
        for report in run:
            train_loss = report.train_loss
            if curves is None:
                curves = Curves(folder / "curves.jsonl", resume_step=report.step - 1 if resume else None)
                measured_at = max((point.step for point in curves.points if point.valid_loss is not None), default=0)
            loss = None
            if _is_due(report, measured_at) and len(corpus.valid) > 1:
                loss, measured_at = mean_loss(model, corpus.valid[:MAX_VALID_TOKENS], device).per_token, report.step
            curves.add(Point(report.step, report.train_loss, loss, report.learning_rate, report.seconds))
            told(report, loss)
            if loss is not None and not best.update(loss):
                break
        best.restore()
    valid_loss = best.loss if len(corpus.valid) > 1 else None
    predictor = LmPredictor(model, corpus.tokenizer, device)
    return TrainedLm(
        predictor=predictor,
        train_loss=train_loss,
        valid_loss=valid_loss,
        points=curves.points if curves else [],
        steps=report.step if report else 0,
        seconds=time.monotonic() - start,
        prediction=predictions(predictor, corpus.train) if len(corpus.train) <= MAX_SHOWN else None,
    )


MAX_SHOWN = 64
"""Tokens of a text whose every prediction is shown."""


@torch.inference_mode()
def predictions(predictor: LmPredictor, ids: Tensor) -> str:
    """Return the likeliest next token after each token of a text but the last."""
    logits, _ = predictor.model(ids[None, :-1].to(predictor.device))
    return predictor.tokenizer.decode(logits[0].argmax(dim=-1).tolist())


def _is_due(report: Report, measured_at: int) -> bool:
    if report.steps is None:
        return False
    return report.step == report.steps or report.step - measured_at >= report.steps / VALIDATIONS


def _network(settings: LmSettings, vocabulary: int) -> LanguageModel:
    return LanguageModel(LanguageModelConfig(vocabulary=vocabulary, **settings.network.model_dump()))
