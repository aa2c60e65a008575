"""Choose the next token from scores: repetition penalties, temperature, top-k, top-p, min-p, in this order."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from nlpbot.generation.repetition import History

__all__ = ["MIN_TEMPERATURE", "Sampling", "choose", "likeliest"]

MIN_TEMPERATURE = 1e-6
"""A temperature below counts as 0; scores divided by it would overflow."""
MAX_TEMPERATURE = 100.0
"""A temperature above would make tokens that are ruled out as likely as the rest."""
MAX_SEED = (1 << 64) - 1
NUCLEUS = 64
"""Tokens among which the nucleus is looked for first; it is rarely larger."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are chosen.

    Attributes:
        temperature: 0 takes the likeliest; 1 follows the model; above it, up to 100, is bolder.
        top_k: only that many of the likeliest may come; 0 for all.
        top_p: only the likeliest that together have this probability, over 0, may come; 1 for all.
        min_p: only tokens may come with at least this fraction of the likeliest's probability; 0 for all.
        repetition_penalty: what came among the last 1,024 tokens is less likely, from 0.1 to 10; 1 for no difference.
        no_repeat_ngram: no so many tokens in a row come twice; 0 for no such rule.
        seed: the same seed gives the same tokens; from 0 up to 2⁶⁴ - 1.
        max_tokens: tokens to generate at most.
        stop: tokens after which a text ends.
        alternatives: likeliest tokens returned with each generated one.

    Raises:
        ValueError: a value is out of its bounds.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    no_repeat_ngram: int = 0
    seed: int = 0
    max_tokens: int = 200
    stop: frozenset[int] = frozenset()
    alternatives: int = 0

    def __post_init__(self) -> None:
        for name, is_valid, bounds in (
            ("temperature", 0 <= self.temperature <= MAX_TEMPERATURE, f"0 to {MAX_TEMPERATURE:g}"),
            ("top_k", self.top_k >= 0, "0 or more"),
            ("top_p", 0 < self.top_p <= 1, "over 0, up to 1,"),
            ("min_p", 0 <= self.min_p <= 1, "0 to 1"),
            ("repetition_penalty", 0.1 <= self.repetition_penalty <= 10, "0.1 to 10"),
            ("no_repeat_ngram", self.no_repeat_ngram >= 0, "0 or more"),
            ("seed", 0 <= self.seed <= MAX_SEED, "0 to 2^64 - 1"),
            ("max_tokens", self.max_tokens >= 1, "1 or more"),
            ("alternatives", self.alternatives >= 0, "0 or more"),
        ):
            if not is_valid:
                raise ValueError(f"{name}: {getattr(self, name)}; {bounds} expected")

    def history(self) -> History:
        """Return the history of a text of which nothing was read."""
        return History(penalty=self.repetition_penalty, no_repeat_ngram=self.no_repeat_ngram)


def choose(
    logits: Float[Tensor, " V"], sampling: Sampling, generator: torch.Generator, history: History
) -> tuple[int, float]:
    """Return the next token and its log-probability under the model, before penalties and temperature.

    Args:
        logits: scores before softmax.
        sampling: how to choose; each filter sees what the ones before it left, and the likeliest is always left.
        generator: source of randomness.
        history: of the text, its prompt included.

    Source: Fan et al. 2018 (top-k); Holtzman et al. 2020, The curious case of neural text degeneration (top-p);
    Nguyen et al. 2024, Turning up the heat (min-p).
    """
    scores = history.penalise_repetition(logits)
    greedy = sampling.temperature < MIN_TEMPERATURE
    token = int(scores.argmax()) if greedy else _drawn(scores / sampling.temperature, sampling, generator)
    return token, float(logits[token] - logits.logsumexp(dim=-1))


def likeliest(logits: Float[Tensor, " V"], count: int) -> tuple[tuple[int, float], ...]:
    """Return the likeliest tokens with their log-probabilities, best first.

    Args:
        logits: scores before softmax.
        count: tokens to return; 0 costs nothing.
    """
    if not count:
        return ()
    scores, tokens = logits.topk(min(count, len(logits)))
    return tuple(zip(tokens.tolist(), (scores - logits.logsumexp(dim=-1)).tolist(), strict=True))


def _drawn(scores: Float[Tensor, " V"], sampling: Sampling, generator: torch.Generator) -> int:
    """Return a token drawn from those that pass the filters."""
    places: list[Tensor] = []
    if 0 < sampling.top_k < len(scores):
        scores, tokens = scores.topk(sampling.top_k)
        places.append(tokens)
    if sampling.top_p < 1:
        scores, tokens = _nucleus(scores, sampling.top_p)
        places.append(tokens)
    if sampling.min_p > 0:
        scores = scores.masked_fill(scores < scores.max() + math.log(sampling.min_p), -torch.inf)
    # By inversion, which is far quicker than torch.multinomial where the vocabulary is large.
    cumulative = scores.softmax(dim=-1).cumsum(dim=-1, dtype=torch.float64)
    target = torch.rand(1, generator=generator, dtype=torch.float64) * cumulative[-1]
    drawn = torch.searchsorted(cumulative, target, right=True).clamp_(max=len(cumulative) - 1)
    for tokens in reversed(places):
        drawn = tokens[drawn]
    return int(drawn)


def _nucleus(scores: Float[Tensor, " V"], top_p: float) -> tuple[Float[Tensor, " N"], Int[Tensor, " N"]]:
    """Return the scores of the fewest tokens that together have `top_p`, and the tokens; at least the likeliest."""
    whole, count = scores.logsumexp(dim=-1), NUCLEUS
    while True:
        ordered, tokens = scores.topk(min(count, len(scores)))
        probability = (ordered - whole).exp()
        reached = probability.cumsum(dim=-1)
        if count >= len(scores) or reached[-1] >= top_p:
            break
        count *= 16
    size = max(int((reached - probability < top_p).sum()), 1)  # to a float32, the smallest top_p are 0
    return ordered[:size], tokens[:size]
