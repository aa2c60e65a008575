"""Choose the next token from scores: temperature, top-k, top-p."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["Sampling", "choose"]

COLDEST = 1e-6
"""A temperature below is as good as 0; scores divided by it would overflow."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are chosen.

    Attributes:
        temperature: 0 takes the likeliest; 1 follows the model; above it is bolder.
        top_k: only that many of the likeliest may come; 0 for all.
        top_p: only the likeliest that together have this probability may come; 1 for all.
        seed: the same seed gives the same tokens.
        max_tokens: tokens to make at most.
        stop: tokens after which a text ends.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0
    max_tokens: int = 200
    stop: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if not self.temperature >= 0 or self.top_k < 0 or not 0 < self.top_p <= 1 or self.max_tokens < 1:
            raise ValueError("temperature and top_k from 0, top_p over 0 up to 1, max_tokens from 1 wanted")


def choose(logits: Float[Tensor, " V"], sampling: Sampling, generator: torch.Generator) -> tuple[int, float]:
    """Return the next token and its log-probability under the model, before temperature.

    Source: Fan et al. 2018 (top-k); Holtzman et al. 2020, The curious case of neural text degeneration (top-p).
    """
    log_probabilities = logits.log_softmax(dim=-1)
    if sampling.temperature < COLDEST:
        token = int(logits.argmax())
        return token, float(log_probabilities[token])
    scores = logits / sampling.temperature
    if 0 < sampling.top_k < len(scores):
        scores = scores.masked_fill(scores < scores.topk(sampling.top_k).values[-1], -torch.inf)
    if sampling.top_p < 1:
        scores = _nucleus(scores, sampling.top_p)
    token = int(torch.multinomial(scores.softmax(dim=-1), 1, generator=generator))
    return token, float(log_probabilities[token])


def _nucleus(scores: Float[Tensor, " V"], top_p: float) -> Float[Tensor, " V"]:
    """Return scores without those beyond the fewest tokens that together have `top_p`."""
    ordered, places = scores.sort(descending=True)
    probability = ordered.softmax(dim=-1)
    beyond = probability.cumsum(dim=-1) - probability >= top_p
    return scores.masked_fill(torch.zeros_like(beyond).scatter(0, places, beyond), -torch.inf)
