"""Measure a language model on a text: nats, perplexity, bits a character; the whole text, never a sample."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Integer
from numpy import ndarray
from torch.nn import functional as F

from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.nn import LanguageModel
from nlpbot.core.runs.evaluation_report import EvaluationReport
from nlpbot.core.text.token_blocks import TokenBlocks
from nlpbot.core.text.tokenizer import Tokenizer
from nlpbot.lm.data import first_characters
from nlpbot.lm.measure.cache import read_with_cache, tune_cache
from nlpbot.lm.measure.dynamic import Dynamics, read_dynamically, tune_dynamics
from nlpbot.lm.measure.figures import MeasuredText, Tally
from nlpbot.lm.measure.reading import Segment, read_carried, read_with_resets

__all__ = ["Loss", "ReadingModes", "evaluate_text", "mean_loss", "streams_for"]

STREAMS = 16
LENGTH = 128
FEWEST_FOR_STREAMS = 20_000
"""Shorter texts are read as one stream, since each stream starts without any context."""
CACHE_TUNING = 20_000
"""Tokens at the start of the validation text that a cache is tuned on."""
FEWEST_TO_TUNE = 4
TUNED_ON = 1_000_000
"""Characters at the start of the validation text, more than enough for the tokens that anything is tuned on."""

Read = Callable[[Integer[ndarray, " N"]], Iterator[Segment]]


@dataclass(frozen=True, slots=True)
class Loss:
    """Cross-entropy of a text."""

    nats: float
    """Of the whole text."""
    tokens: int
    """That were predicted."""

    @property
    def per_token(self) -> float:
        """Nats a token."""
        return self.nats / max(self.tokens, 1)


@torch.inference_mode()
def mean_loss(
    model: LanguageModel, ids: Integer[ndarray, " N"], device: torch.device, *, streams: int | None = None
) -> Loss:
    """Return the loss of a text, its state carried from start to end.

    Args:
        model: put into evaluation mode.
        ids: of the text, of shape (tokens,), at least 2.
        device: of the model.
        streams: parallel pieces it is read in; 1 is exact, more lose the context at as many places.
    """
    model.eval()
    count = streams or streams_for(len(ids))
    nats, tokens, state = 0.0, 0, None
    for inputs, targets in TokenBlocks(ids, streams=count, length=LENGTH):
        logits, state = model(inputs.to(device), state)
        loss = F.cross_entropy(logits.flatten(0, 1), targets.to(device).flatten(), reduction="sum")
        nats, tokens = nats + float(loss), tokens + targets.numel()
    return Loss(nats, tokens)


def streams_for(tokens: int) -> int:
    """Return in how many parallel pieces a text of so many tokens is measured."""
    return STREAMS if tokens >= FEWEST_FOR_STREAMS else 1


@dataclass(frozen=True, slots=True)
class ReadingModes:
    """How a text is read, beside once from start to end."""

    reset: int | None = None
    """Tokens after which the state is emptied, in a reading of its own, at least 1."""
    dynamic: bool = False
    """Whether a copy of the model learns from what it reads, in a reading of its own."""
    cache: bool = False
    """Whether a cache of what came lately is asked too, in a row of its own."""


def _silent(done: float, total: float, text: str = "") -> None:
    pass


def evaluate_text(
    model: LanguageModel,
    tokenizer: Tokenizer,
    pieces: Iterable[str],
    device: torch.device,
    *,
    modes: ReadingModes = ReadingModes(),
    valid: Iterable[str] = (),
    folder: Path | None = None,
    progress: ProgressLine = _silent,
) -> EvaluationReport:
    """Return the usual figures for every token of a text, its state carried over the whole of it.

    The first token is predicted after a line's end; where the tokenizer can't write one, it is not counted.

    Args:
        model: stays as it is.
        tokenizer: of its tokens.
        pieces: of the text.
        device: of the model.
        modes: more of them, whose figures are the details ``reset``, ``dynamic``, ``cache``, ``dynamic_cache``.
        valid: the text on whose start dynamic evaluation and cache are tuned; on the first text nothing is.
        folder: takes the tokens of the text while it is measured; without one they are held in memory.
        progress: shows the tokens that were read.

    Raises:
        ConfigError: a character was never seen and the tokenizer can't write it.
        DataError: a text has too few tokens.
    """
    text = MeasuredText.of(pieces, tokenizer, path=folder / "text.ids" if folder is not None else None)
    text.check(1, "to measure on")
    known = None
    if modes.dynamic or modes.cache:
        known = MeasuredText.of(first_characters(valid, TUNED_ON), tokenizer)
        known.check(FEWEST_TO_TUNE, "to tune on")
    cache_on = known.ids[: CACHE_TUNING + 1] if known is not None and modes.cache else None

    carried, cached = _rows(lambda ids: read_carried(model, ids, device), text, cache_on, progress)
    tuned = "; what is tuned is tuned on the validation text alone" if known is not None else ""
    more: dict[str, Any] = {}
    if modes.reset is not None:
        every = modes.reset
        row, _ = _rows(lambda ids: read_with_resets(model, ids, device, every=every), text, None, progress)
        more["reset"] = {"every": every, **row}
    if cached is not None:
        more["cache"] = cached
    if known is not None and modes.dynamic:
        more |= _dynamic_rows(model, text, known, cache_on, progress)
    return EvaluationReport(
        n=carried["n"],
        metrics={name: carried[name] for name in ("nats_per_token", "perplexity", "bits_per_character")},
        protocol=f"the whole text in one stream, state carried, {text.beginning}{tuned}",
        seconds=carried["seconds"],
        seed=None,
        details=more,
    )


def _rows(
    read: Read, text: MeasuredText, cache_on: Integer[ndarray, " M"] | None, progress: ProgressLine
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return the figures of a reading, and those with a cache on top where there is a text to tune one on."""
    start = time.monotonic()
    settings = tune_cache(read(cache_on)) if cache_on is not None else None
    tuning_seconds = round(time.monotonic() - start, 2)
    plain = Tally(read(text.ids), show=lambda tokens: progress(tokens, len(text.ids) - 1, "tokens read"))
    if settings is None:
        return text.figures(plain.all()), None
    cached = Tally(read_with_cache(plain, settings)).all()
    tuned = {"tuned": asdict(settings), "tuning_seconds": tuning_seconds}
    return text.figures(plain), {**text.figures(cached), **tuned}


def _dynamic_rows(
    model: LanguageModel,
    text: MeasuredText,
    known: MeasuredText,
    cache_on: Integer[ndarray, " M"] | None,
    progress: ProgressLine,
) -> dict[str, Any]:
    def show(trial: Dynamics) -> None:
        progress(0, len(text.ids) - 1, f"tuning: learning rate {trial.learning_rate:.2g}, decay {trial.decay:g}")

    start = time.monotonic()
    dynamics, steps = tune_dynamics(model, known.ids, show=show)
    tuned, seconds = asdict(dynamics), round(time.monotonic() - start, 2)
    row, cached = _rows(lambda ids: read_dynamically(model, ids, dynamics, steps), text, cache_on, progress)
    found = {"dynamic": {**row, "tuned": tuned, "tuning_seconds": seconds}}
    if cached is not None:
        seconds = round(seconds + cached["tuning_seconds"], 2)
        found["dynamic_cache"] = {**cached, "tuned": tuned | cached["tuned"], "tuning_seconds": seconds}
    return found
