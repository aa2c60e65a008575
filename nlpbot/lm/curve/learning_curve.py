"""The learning curve: the same training on ever more of the same text, and what that says of still more."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from jaxtyping import Integer
from numpy import ndarray

from nlpbot.core.kernel.console import Table, note, progress_line
from nlpbot.core.kernel.device import resolve_device
from nlpbot.core.kernel.errors import ConfigError, DataError
from nlpbot.core.training import Report
from nlpbot.lm.baseline import fit_baseline
from nlpbot.lm.config import LmSettings, TokenizerName
from nlpbot.lm.curve.forecast import Forecast, forecast
from nlpbot.lm.data import Corpus, StreamBatches
from nlpbot.lm.prepare import describe_run, prepare, read_request
from nlpbot.lm.train import train_lm

__all__ = ["CurvePoint", "LearningCurve", "learning_curve", "measure_curve", "nested_part", "parse_fractions"]

FRACTION = re.compile(r"\d{1,9}(\.\d{1,9}|/\d{1,9})?|\.\d{1,9}")
SEGMENT_TOKENS = 8000
"""Of the text, of which a fraction takes the beginning: long against what a cut costs, short against a chapter."""
MOST_SEGMENTS = 4096

Show = Callable[[float, Report], None]


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What was reached on a fraction of the text; losses in nats a token."""

    fraction: float
    tokens: int
    valid_loss: float
    baseline_loss: float
    steps: int
    seconds: float


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """What was reached on each fraction, and what that says of more text."""

    points: Sequence[CurvePoint]

    @property
    def lstm(self) -> Forecast | None:
        """Of the network; None where there are too few points."""
        return self._forecast([point.valid_loss for point in self.points])

    @property
    def ngrams(self) -> Forecast | None:
        """Of the baseline; None where there are too few points."""
        return self._forecast([point.baseline_loss for point in self.points])

    def to_json(self) -> dict[str, Any]:
        """Return the points and the forecasts."""
        forecasts = {"lstm": self.lstm, "baseline": self.ngrams}
        said = {name: law.to_json() if law is not None else None for name, law in forecasts.items()}
        return {"points": [asdict(point) for point in self.points], "forecast": said}

    @property
    def tables(self) -> list[Table | str]:
        """A row for each fraction, and the forecasts in words."""
        columns = ["fraction", "tokens", "LSTM (nats a token)", "n-grams (nats a token)", "steps", "seconds"]
        rows = [
            [
                f"{p.fraction:.3g}",
                f"{p.tokens:,}",
                f"{p.valid_loss:.4f}",
                f"{p.baseline_loss:.4f}",
                f"{p.steps}",
                f"{p.seconds:.1f}",
            ]
            for p in self.points
        ]
        table = Table("the same training on more and more of the text", columns, rows)
        if self.lstm is None or self.ngrams is None:
            return [table, "What twice the text would bring can't be said from fewer than three fractions."]
        return [table, f"LSTM, trained as long: {self.lstm}.", f"n-grams: {self.ngrams}."]

    def _forecast(self, losses: Sequence[float]) -> Forecast | None:
        return forecast([point.tokens for point in self.points], losses)


def parse_fractions(text: str) -> tuple[float, ...]:
    """Return fractions such as ``1/8,1/4,0.5,1``, ascending and without twins.

    Raises:
        ConfigError: one is no number above 0 and at most 1, or there are fewer than two.
    """
    refusal = f"--fractions: {text!r}; two or more numbers above 0 and at most 1 expected, such as 1/8,1/4,1/2,1"
    parts = [part.strip() for part in text.split(",")]
    if not all(map(FRACTION.fullmatch, parts)):  # Fraction("1e999999999") would never come back
        raise ConfigError(refusal)
    try:
        fractions = sorted({float(Fraction(part)) for part in parts})
    except ZeroDivisionError as error:
        raise ConfigError(refusal) from error
    if len(fractions) < 2 or fractions[0] <= 0 or fractions[-1] > 1:
        raise ConfigError(refusal)
    return tuple(fractions)


def nested_part(ids: Integer[ndarray, " N"], fraction: float, *, path: Path) -> Integer[ndarray, " M"]:
    """Return a fraction of a text, spread over the whole of it; a smaller fraction is a part of a larger one.

    The text is cut into segments, and the beginning of each is taken. Were it the beginning of the whole, larger
    fractions would do better for one more reason: they come nearer to what they are measured on.

    Args:
        ids: of the text; may be memory-mapped.
        fraction: above 0, at most 1.
        path: the file to write them to, which is then mapped into memory.

    Raises:
        DataError: it has fewer than two tokens.
    """
    count = min(max(len(ids) // SEGMENT_TOKENS, 1), MOST_SEGMENTS)
    edges = [len(ids) * index // count for index in range(count + 1)]
    with path.open("wb") as file:
        for start, end in pairwise(edges):
            file.write(ids[start : start + int((end - start) * fraction)].tobytes())
    if path.stat().st_size < 2 * ids.itemsize:
        raise DataError(f"a fraction of {fraction:.3g} of {len(ids)} tokens is too little; at least 2 tokens expected")
    return np.memmap(path, dtype=ids.dtype, mode="r")


def learning_curve(
    corpus: Corpus,
    settings: LmSettings,
    device: torch.device,
    *,
    fractions: Sequence[float],
    show: Show = lambda _share, _report: None,
) -> list[CurvePoint]:
    """Return what the same training reaches on fractions of a text, for the same budget, measured on the same text.

    Args:
        corpus: the whole text, and what is kept back.
        settings: of every training; epochs become the steps that they take on the whole text.
        device: where.
        fractions: of the text, each above 0 and at most 1.
        show: is given each report, with its fraction.

    Raises:
        DataError: nothing is kept back to measure on, or a fraction has fewer than two tokens.
    """
    if len(corpus.valid) < 2:
        raise DataError(f"{len(corpus.valid)} tokens kept back; at least 2 expected, by --valid or valid_fraction")
    same = _same_budget(settings, corpus)
    return [_point(corpus, same, device, fraction=fraction, show=show) for fraction in fractions]


def measure_curve(
    sources: Sequence[Path],
    *,
    fractions: str,
    device: str,
    tokenizer: TokenizerName | None = None,
    minutes: float | None = None,
    valid: Path | None = None,
    seed: int | None = None,
) -> LearningCurve:
    """Return what training on fractions of a text reaches, and what more text would probably bring.

    Args:
        sources: text files, or one settings file.
        fractions: such as ``1/8,1/4,1/2,1``.
        device: where to train.
        tokenizer: what a token is, for text files.
        minutes: to train on each fraction, instead of the settings'.
        valid: text to measure on, instead of the settings'.
        seed: instead of the settings'.
    """
    parts = parse_fractions(fractions)
    request = read_request(sources, tokenizer=tokenizer, minutes=minutes, valid=valid, seed=seed)
    with TemporaryDirectory(prefix="nlpbot-") as folder, progress_line("training") as progress:
        corpus = prepare(request, Path(folder))
        note(f"{len(parts)} trainings of one {describe_run(request.settings, corpus)}")

        def show(fraction: float, report: Report) -> None:
            done = parts.index(fraction) + report.step / (report.steps or math.inf)
            progress(done, len(parts), f"fraction {fraction:.3g}, loss {report.train_loss:.4f}")

        return LearningCurve(
            learning_curve(corpus, request.settings, resolve_device(device), fractions=parts, show=show)
        )


def _same_budget(settings: LmSettings, corpus: Corpus) -> LmSettings:
    train = settings.train
    if train.epochs is None:
        return settings
    whole = StreamBatches(corpus.train, batch=train.batch_size, length=settings.length)
    steps = train.epochs * math.ceil(len(whole) / train.accumulate)
    return settings.model_copy(update={"train": train.model_copy(update={"epochs": None, "steps": steps})})


def _point(corpus: Corpus, settings: LmSettings, device: torch.device, *, fraction: float, show: Show) -> CurvePoint:
    with TemporaryDirectory(prefix="nlpbot-") as folder:
        part = replace(corpus, train=nested_part(corpus.train, fraction, path=Path(folder, "part.ids")))
        trained = train_lm(part, settings, device, show=lambda report: show(fraction, report))
        vocabulary = len(corpus.tokenizer.vocabulary)
        kind, size = settings.tokenizer.kind, corpus.bytes_a_token
        baseline = fit_baseline(part.train, part.measured, vocabulary=vocabulary, kind=kind, bytes_a_token=size)
    assert trained.run.valid_loss is not None  # noqa: S101  # there is a text to measure on
    return CurvePoint(
        fraction=fraction,
        tokens=len(part.train),
        valid_loss=trained.run.valid_loss,
        baseline_loss=baseline.nats_per_token,
        steps=trained.run.steps,
        seconds=trained.run.seconds,
    )
