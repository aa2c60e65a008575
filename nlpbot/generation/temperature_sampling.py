"""Sample the next tokens of many streams at once, where a temperature alone changes the model's probabilities."""

from collections.abc import Iterator, Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from nlpbot.generation.sampling import MIN_TEMPERATURE, Sampling

__all__ = ["is_temperature_only", "sample_by_temperature", "uniform_draws"]

DRAWN_AT_ONCE = 64


def is_temperature_only(sampling: Sampling) -> bool:
    """Return whether a temperature is all that is set: no filter, no repetition penalty."""
    kept = {name: getattr(sampling, name) for name in ("temperature", "seed", "max_tokens", "stop", "alternatives")}
    return sampling == Sampling(**kept)


def uniform_draws(seed: int) -> Iterator[float]:
    """Yield numbers from 0 up to 1, the same for the same seed."""
    generator = torch.Generator().manual_seed(seed)
    while True:
        yield from torch.rand(DRAWN_AT_ONCE, generator=generator).tolist()


def sample_by_temperature(
    logits: Float[Tensor, "B V"], temperatures: Sequence[float], draws: Sequence[float]
) -> list[tuple[int, float]]:
    """Return for each row the next token and its log-probability under the model, before temperature.

    Args:
        logits: scores before softmax.
        temperatures: one a row; 0 takes the likeliest.
        draws: one a row, from 0 up to 1: the probability mass before the token; unused at temperature 0.

    Source: Devroye 1986, Non-uniform random variate generation (inversion).
    """
    log_probabilities = logits.log_softmax(dim=1)
    best, tokens = log_probabilities.max(dim=1)
    if max(temperatures) >= MIN_TEMPERATURE:
        divisors = torch.tensor(temperatures)[:, None]
        greedy = divisors < MIN_TEMPERATURE
        cumulative = (logits / divisors.masked_fill(greedy, 1.0)).softmax(dim=1).cumsum(dim=1)
        targets = torch.tensor(draws)[:, None] * cumulative[:, -1:]
        drawn = torch.searchsorted(cumulative, targets, right=True).clamp_(max=logits.shape[1] - 1)
        chosen = torch.where(greedy, tokens[:, None], drawn)
        best, tokens = log_probabilities.gather(1, chosen)[:, 0], chosen[:, 0]
    return list(zip(tokens.tolist(), best.tolist(), strict=True))
