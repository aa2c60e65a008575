"""Sample the next tokens of many streams at once, where a temperature alone changes the model's probabilities."""

from collections.abc import Iterator

import torch
from jaxtyping import Float, Int
from torch import Tensor

from nlpbot.generation.sampling import MIN_TEMPERATURE, Sampling

__all__ = ["is_temperature_only", "likeliest_rows", "sampled_rows", "uniform_draws"]

DRAWN_AT_ONCE = 64

Chosen = tuple[Int[Tensor, " B"], Float[Tensor, " B"]]
"""Tokens, and their log-probabilities under the model, before temperature."""


def is_temperature_only(sampling: Sampling) -> bool:
    """Return whether a temperature is all that is set: no filter, no repetition penalty."""
    kept = {name: getattr(sampling, name) for name in ("temperature", "seed", "max_tokens", "stop", "alternatives")}
    return sampling == Sampling(**kept)


def uniform_draws(seed: int) -> Iterator[float]:
    """Yield numbers from 0 up to 1, the same for the same seed on every device."""
    generator = torch.Generator().manual_seed(seed)
    while True:
        yield from torch.rand(DRAWN_AT_ONCE, generator=generator).tolist()


def likeliest_rows(logits: Float[Tensor, "B V"]) -> Chosen:
    """Return the likeliest token of each row."""
    log_probabilities, tokens = logits.log_softmax(dim=1).max(dim=1)
    return tokens, log_probabilities


def sampled_rows(
    logits: Float[Tensor, "B V"], temperatures: Float[Tensor, "B 1"], draws: Float[Tensor, "B 1"]
) -> Chosen:
    """Return a sampled token of each row, or its likeliest where the temperature is 0; the device waits for no host.

    Args:
        logits: scores before softmax.
        temperatures: 0 takes the likeliest.
        draws: from 0 up to 1: the probability mass before the token; unused at temperature 0.

    Source: Devroye 1986, Non-uniform random variate generation (inversion).
    """
    greedy = temperatures < MIN_TEMPERATURE
    cumulative = (logits / temperatures.masked_fill(greedy, 1.0)).softmax(dim=1).cumsum(dim=1)
    passed = (cumulative <= draws * cumulative[:, -1:]).sum(dim=1, keepdim=True)
    drawn = passed.clamp_(max=logits.shape[1] - 1)
    tokens = torch.where(greedy, logits.argmax(dim=1, keepdim=True), drawn)
    return tokens[:, 0], logits.log_softmax(dim=1).gather(1, tokens)[:, 0]
