"""Dynamic evaluation: the model goes on learning from the text that it reads, and so fits its topics and habits."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from jaxtyping import Integer
from numpy import ndarray

from nlpbot.core.nn import LanguageModel
from nlpbot.lm.measure.learner import Learner, Steps
from nlpbot.lm.measure.reading import Segment

__all__ = ["Dynamics", "read_dynamically", "tune_dynamics"]

LENGTH = 5
TRIAL_TOKENS = 10_000
"""Read in each trial, at most."""
STATISTICS_TOKENS = 20_000
"""That tell the usual size of gradients, at most; they come after those of the trials, as the text to measure does."""
RATES = (0.0, *(1e-5 * 2**power for power in range(12)))
FIRST_RATE = RATES[5]
DECAYS = (0.0, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2)
FIRST_DECAY = 1e-3


@dataclass(frozen=True, slots=True)
class Dynamics:
    """How a model learns from what it reads."""

    learning_rate: float
    """Length of a step, times that of `Steps`; 0 learns nothing."""
    decay: float
    """Fraction of the way back to the trained weights that is gone before each step, 0 to 1."""
    length: int = LENGTH
    """Tokens read between two steps, at least 1."""


def read_dynamically(
    model: LanguageModel, ids: Integer[ndarray, " N"], dynamics: Dynamics, steps: Steps
) -> Iterator[Segment]:
    """Yield all tokens but the first, each predicted by weights that learned from those before it.

    A copy learns; the model stays as it is. No token is learned from before it was predicted.

    Args:
        model: trained.
        ids: of the text; may be memory-mapped.
        dynamics: how it learns.
        steps: how far each weight moves for its gradient.

    Source: Krause et al. 2018, Dynamic evaluation of neural sequence models; Mikolov et al. 2010, Recurrent neural
    network based language model (plain gradient descent).
    """
    learner = Learner(model)
    for start in range(0, len(ids) - 1, dynamics.length):
        segment, gradient = learner.read(ids[start : start + dynamics.length + 1])
        learner.learn(gradient, steps, learning_rate=dynamics.learning_rate, decay=dynamics.decay)
        yield segment


def tune_dynamics(
    model: LanguageModel,
    ids: Integer[ndarray, " N"],
    *,
    show: Callable[[Dynamics], None] = lambda _dynamics: None,
) -> tuple[Dynamics, Steps]:
    """Return the dynamics that make a validation text likeliest, and steps by the size of its gradients.

    The learning rate goes upwards, or else downwards, until it gets worse, then the decay, then the rate once more.

    Args:
        model: trained.
        ids: of the text, at least 4; a start of it is read in each trial, and what comes after it gives the steps.
        show: is given each trial before it.
    """
    trial = ids[: min(TRIAL_TOKENS + 1, len(ids) // 2)]
    steps = Steps.by_size(model, ids[len(trial) : len(trial) + STATISTICS_TOKENS])

    @cache
    def nats(learning_rate: float, decay: float) -> float:
        dynamics = Dynamics(learning_rate, decay)
        show(dynamics)
        read = read_dynamically(model, trial, dynamics, steps)
        return -sum(float(segment.log_probabilities.double().sum()) for segment in read)

    rate = _downhill(lambda value: nats(value, FIRST_DECAY), RATES, FIRST_RATE)
    decay = _downhill(lambda value: nats(rate, value), DECAYS, FIRST_DECAY)
    rate = _downhill(lambda value: nats(value, decay), RATES, rate)
    return Dynamics(rate, decay), steps


def _downhill(cost: Callable[[float], float], values: Sequence[float], first: float) -> float:
    """Return the value reached by going to the next one, upwards or else downwards, while that costs less."""
    place = values.index(first)
    for step in (1, -1):
        start = place
        while 0 <= place + step < len(values) and cost(values[place + step]) < cost(values[place]):
            place += step
        if place != start:
            break
    return values[place]
