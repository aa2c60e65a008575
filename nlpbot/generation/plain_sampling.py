"""Choose the next tokens of many streams at once, where nothing but a temperature bends the model's chances."""

from collections.abc import Iterator, Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from nlpbot.generation.sampling import COLDEST, Sampling

__all__ = ["choose_plainly", "is_plain", "uniform_draws"]

DRAWN_AT_ONCE = 64


def is_plain(sampling: Sampling) -> bool:
    """Return whether only a temperature decides, with no token left out and no history looked at."""
    kept = {name: getattr(sampling, name) for name in ("temperature", "seed", "max_tokens", "stop", "alternatives")}
    return sampling == Sampling(**kept)


def uniform_draws(seed: int) -> Iterator[float]:
    """Yield numbers from 0 up to 1, the same for the same seed."""
    generator = torch.Generator().manual_seed(seed)
    while True:
        yield from torch.rand(DRAWN_AT_ONCE, generator=generator).tolist()


def choose_plainly(
    logits: Float[Tensor, "B V"], temperatures: Sequence[float], draws: Sequence[float]
) -> list[tuple[int, float]]:
    """Return for each row the next token and its log-probability under the model, before temperature.

    Args:
        logits: scores before softmax.
        temperatures: one a row; 0 takes the likeliest.
        draws: one a row, from 0 up to 1: the share of probability that lies before the token; read where it is warm.

    Source: Devroye 1986, Non-uniform random variate generation (inversion).
    """
    chances = logits.log_softmax(dim=1)
    best, tokens = chances.max(dim=1)
    if max(temperatures) >= COLDEST:
        heat = torch.tensor(temperatures)[:, None]
        cold = heat < COLDEST
        reached = (logits / heat.masked_fill(cold, 1.0)).softmax(dim=1).cumsum(dim=1)
        wanted = torch.tensor(draws)[:, None] * reached[:, -1:]
        drawn = torch.searchsorted(reached, wanted, right=True).clamp_(max=logits.shape[1] - 1)
        chosen = torch.where(cold, tokens[:, None], drawn)
        best, tokens = chances.gather(1, chosen)[:, 0], chosen[:, 0]
    return list(zip(tokens.tolist(), best.tolist(), strict=True))
