"""The neural cache: tokens that came lately, after features like those of now, come again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Float64
from torch import Tensor

from nlpbot.lm.measure.reading import Segment

__all__ = ["CacheSettings", "read_with_cache", "tune_cache"]

BLOCK = 512
"""Tokens whose caches are looked up in one matrix product."""
WINDOWS = (500, 2000, 4000)
SHARPNESS = (2.0, 4.0, 8.0, 16.0, 32.0)
WEIGHTS = (0.0, 0.02, 0.05, 0.08, 0.12, 0.16, 0.2, 0.25, 0.3, 0.4)


@dataclass(frozen=True, slots=True)
class CacheSettings:
    """How much the past says."""

    window: int
    """Tokens that are remembered, at least 1."""
    theta: float
    """How fast a memory fades as its features differ; 0 takes all for alike."""
    weight: float
    """Of the probability that comes from the cache, 0 to below 1; λ in the paper."""


def read_with_cache(segments: Iterable[Segment], settings: CacheSettings) -> Iterator[Segment]:
    """Yield a text that was read once more, the probabilities mixed with those of a cache of what came before.

    The cache gives token v the part of exp(θ h·hᵢ) of those of the last tokens i that were v, where h are the features
    that the next token is predicted from and hᵢ those that token i was. Together they are exact probabilities:
    (1 - λ) of the model's and λ of the cache's; all of the model's while the cache is empty.

    Source: Grave et al. 2017, Improving neural language models with a continuous cache.
    """
    for block, memory in _with_memory(segments, settings.window):
        cached = _log_cached(block, memory, settings.window, settings.theta)
        mixed = _mixed(block.log_probabilities.double(), cached, torch.tensor([settings.weight]))[0]
        yield Segment(block.features, block.targets, mixed)


def tune_cache(segments: Iterable[Segment]) -> CacheSettings:
    """Return the settings that make a validation text likeliest; the sharpness is tried in units of its features.

    Raises:
        ValueError: the text is empty.
    """
    grid: list[tuple[int, float]] = []
    found: dict[tuple[int, float], Float64[Tensor, " S"]] = {}
    weights = torch.tensor(WEIGHTS, dtype=torch.double)
    for block, memory in _with_memory(segments, max(WINDOWS)):
        if not grid:
            unit = float(block.features.square().sum(-1).mean()) or 1.0
            grid = [(window, sharpness / unit) for window in WINDOWS for sharpness in SHARPNESS]
        for window, theta in grid:
            cached = _log_cached(block, memory, window, theta)
            gained = _mixed(block.log_probabilities.double(), cached, weights).sum(-1).cpu()
            found[window, theta] = found.get((window, theta), 0) + gained
    if not grid:
        raise ValueError("at least one token expected to tune a cache on")
    window, theta = max(grid, key=lambda place: float(found[place].max()))
    return CacheSettings(window, theta, WEIGHTS[int(found[window, theta].argmax())])


def _with_memory(segments: Iterable[Segment], window: int) -> Iterator[tuple[Segment, Segment]]:
    """Yield blocks of tokens, each with the last tokens before it and its own."""
    memory: Segment | None = None
    for block in _blocks(segments):
        memory = _joined([memory, block]) if memory is not None else block
        yield block, memory
        memory = Segment(memory.features[-window:], memory.targets[-window:], memory.log_probabilities[-window:])


def _blocks(segments: Iterable[Segment]) -> Iterator[Segment]:
    waiting: list[Segment] = []
    for segment in segments:
        waiting.append(segment)
        if sum(len(part.targets) for part in waiting) >= BLOCK:
            yield _joined(waiting)
            waiting = []
    if waiting:
        yield _joined(waiting)


def _joined(parts: Sequence[Segment]) -> Segment:
    return Segment(
        torch.cat([part.features for part in parts]),
        torch.cat([part.targets for part in parts]),
        torch.cat([part.log_probabilities for part in parts]),
    )


def _log_cached(block: Segment, memory: Segment, window: int, theta: float) -> Float64[Tensor, " T"]:
    """Return what the cache gives each token, in nats: -inf where it didn't come lately, NaN before any did."""
    count = len(block.targets)
    features, targets = memory.features[-window - count :], memory.targets[-window - count :]
    places = torch.arange(len(targets), device=targets.device)
    ages = places[-count:, None] - places[None, :]
    seen: Bool[Tensor, "T M"] = (ages >= 1) & (ages <= window)
    scores = (theta * (block.features @ features.T)).masked_fill(~seen, -torch.inf)
    same = block.targets[:, None] == targets[None, :]
    hits = scores.masked_fill(~same, -torch.inf)
    return (hits.logsumexp(-1) - scores.logsumexp(-1)).double()


def _mixed(
    own: Float64[Tensor, " T"], cached: Float64[Tensor, " T"], weights: Float[Tensor, " S"]
) -> Float64[Tensor, "S T"]:
    weight = weights.to(own)[:, None]
    mixed = torch.logaddexp((1 - weight).log() + own, weight.log() + cached)
    return torch.where(cached.isnan(), own, mixed)
