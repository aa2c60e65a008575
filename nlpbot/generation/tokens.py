"""What goes into a stepper and comes out of it: prompts, generated tokens, and when a text ends."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from nlpbot.generation.sampling import Sampling

__all__ = ["GeneratedToken", "Prompt", "StopCondition"]


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a text starts from: at least one token, and how the next ones are chosen."""

    ids: tuple[int, ...]
    sampling: Sampling


class GeneratedToken(NamedTuple):
    """A token, its log-probability under the model, and the likeliest tokens if they were asked for."""

    token: int
    log_probability: float
    alternatives: tuple[tuple[int, float], ...] = ()
    """Tokens with their log-probabilities, best first."""


StopCondition = Callable[[Sequence[GeneratedToken]], bool]
"""From the tokens generated so far to whether the text ends after them."""
