"""The honest baseline: what n-gram counts alone make of the same text, with the time and memory that they took."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jaxtyping import Integer
from numpy import ndarray

from nlpbot.core.classical.kneser_ney import KneserNey
from nlpbot.core.measures.language import perplexity
from nlpbot.lm.config import TokenizerName

__all__ = ["Baseline", "fit_baseline", "side_by_side", "verdict"]

ORDERS: dict[TokenizerName, tuple[int, ...]] = {"char": (6, 7, 8, 10), "subword": (5,), "word": (5,)}
"""Tokens of the longest n-gram, tried in turn while validation gets better: 5 is usual for words, and more gain little;
characters gain from more, how much more depends on the text."""
MANY_TOKENS = 5_000_000
"""From here on n-grams of 10 characters take more memory than most networks, and only `MANY_ORDER` is tried."""
MANY_ORDER = 8
MOST_BYTES = 50_000_000
"""Of text; what comes after them is not counted."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a Kneser–Ney model reaches on the text kept back, and what it costs."""

    nats_per_token: float
    order: int
    ngrams: int
    size_bytes: int
    seconds: float
    tokens: int
    """That it counted."""
    all_tokens: int
    """That there were to train on."""

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return f"Kneser–Ney {self.order}-gram"

    @property
    def scope(self) -> str:
        """In words, how much of the text was counted."""
        if self.tokens == self.all_tokens:
            return "all of the text"
        return f"the first {self.tokens:,} of {self.all_tokens:,} tokens, about 50 MB"

    def metrics(self) -> dict[str, Any]:
        """Return what a manifest and ``--json`` say of it, losses under the names that the LSTM's have."""
        return {
            "name": self.name,
            "valid_loss": self.nats_per_token,
            "perplexity": perplexity(self.nats_per_token),
            "ngrams": self.ngrams,
            "size_bytes": self.size_bytes,
            "seconds": round(self.seconds, 2),
            "trained_on": self.scope,
        }


def fit_baseline(
    train: Integer[ndarray, " N"],
    valid: Integer[ndarray, " M"],
    *,
    vocabulary: int,
    kind: TokenizerName,
    bytes_a_token: float,
) -> Baseline:
    """Return how well n-grams of a text, its first 50 MB at most, predict the text kept back.

    Args:
        train: ids of the text, at least 1; may be memory-mapped.
        valid: ids of the text kept back, at least 2.
        vocabulary: tokens there are.
        kind: what a token is, which decides how long n-grams are.
        bytes_a_token: of the text, about.

    Raises:
        ValueError: a text has fewer tokens.
    """
    if len(valid) < 2:  # nothing comes after the first
        raise ValueError(f"{len(valid)} tokens kept back; at least 2 expected")
    start = time.monotonic()
    counted = train[: int(MOST_BYTES / bytes_a_token)]
    model, loss = None, float("inf")
    for order in _orders(kind, len(counted)):
        longer = KneserNey.fit(counted, vocabulary=vocabulary, order=order)
        longer_loss = float(longer.nats(valid).mean())
        if model is not None and longer_loss >= loss:
            break
        model, loss = longer, longer_loss
    assert model is not None  # noqa: S101  # there is always an order to try
    return Baseline(
        nats_per_token=loss,
        order=model.order,
        ngrams=model.ngrams,
        size_bytes=model.size_bytes,
        seconds=time.monotonic() - start,
        tokens=len(counted),
        all_tokens=len(train),
    )


def side_by_side(baseline: Baseline, *, valid_loss: float, seconds: float, size_bytes: int) -> list[list[str]]:
    """Return rows of a table: a name, the figure of the LSTM, and that of the baseline.

    Args:
        baseline: of the same run.
        valid_loss: of the LSTM, in nats a token.
        seconds: that its training took.
        size_bytes: of its weights.
    """
    return [
        ["nats a token", f"{valid_loss:.4f}", f"{baseline.nats_per_token:.4f}"],
        ["perplexity", f"{perplexity(valid_loss):.2f}", f"{perplexity(baseline.nats_per_token):.2f}"],
        ["training (s)", f"{seconds:.1f}", f"{baseline.seconds:.1f}"],
        ["size (MB)", f"{size_bytes / 1e6:.1f}", f"{baseline.size_bytes / 1e6:.1f}"],
    ]


def verdict(baseline: Baseline, valid_loss: float) -> str:
    """Return in words which of the two predicts better, by perplexity."""
    lstm, ngram = perplexity(valid_loss), perplexity(baseline.nats_per_token)
    if lstm <= ngram:
        return f"the LSTM is ahead of the {baseline.name} by {1 - lstm / ngram:.0%} in perplexity"
    return f"the {baseline.name} is ahead of the LSTM by {1 - ngram / lstm:.0%} in perplexity; more time may turn that"


def _orders(kind: TokenizerName, tokens: int) -> Sequence[int]:
    return (MANY_ORDER,) if kind == "char" and tokens > MANY_TOKENS else ORDERS[kind]
