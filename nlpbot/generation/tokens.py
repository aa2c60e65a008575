"""What goes into a stepper and comes out of it: prompts, generated tokens, and when a text ends."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from nlpbot.core.nn import State
from nlpbot.generation.sampling import Sampling

__all__ = ["GeneratedToken", "Prompt", "StopCondition"]


@dataclass(frozen=True, slots=True, eq=False)
class Prompt:
    """What a text starts from: at least one token, how the next ones are chosen, and a state if there is one."""

    ids: tuple[int, ...]
    sampling: Sampling
    state: State | None = None
    """The model's state before the first token, of a batch of one, such as an encoder's; None where nothing was read.

    Repetition penalties don't know of it: they look at `ids` and at what is generated.
    """


class GeneratedToken(NamedTuple):
    """A token, its log-probability under the model, and the likeliest tokens if they were asked for."""

    token: int
    log_probability: float
    alternatives: tuple[tuple[int, float], ...] = ()
    """Tokens with their log-probabilities, best first."""


StopCondition = Callable[[Sequence[GeneratedToken]], bool]
"""From the tokens generated so far to whether the text ends after them."""
