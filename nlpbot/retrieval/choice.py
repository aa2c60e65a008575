"""Choose how to answer by questions held out: the plain way, unless a gain over it is proved on other questions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped
from numpy import ndarray
from scipy.stats import permutation_test

__all__ = ["Trial", "best_fit", "choose_proved", "crossfitted", "folds_of", "log_likelihoods"]

FOLDS = 5
CHANCE = 0.025
"""A gain that chance brings more often is not proved; one-sided, so as the usual interval of 95 %."""
LEAST_GAIN = 0.05
"""A smaller one, in nats a question, is not worth another model."""
SHARPNESS = (6.0, 12.0, 24.0)
"""Factors of scores in a softmax, of which each way has what suits it."""
LEAST_FIT = -10.0
"""A single question that is far off says no more than that."""
FEWEST_TOPICS = 2
"""With a gain in fewer, chance could bring it half the time."""
RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Trial:
    """How some ways to answer did on questions held out.

    Attributes:
        right: whether each way, a row, found the topic of each question, a column.
        fit: how well each did on each question, the higher the better: what ways are compared by.
        topics: the number of the topic of each question.
        folds: the number of a fold for each question; those of one topic are in one fold.
    """

    right: Bool[ndarray, "W N"]
    fit: Float[ndarray, "W N"]
    topics: Int[ndarray, " N"]
    folds: Int[ndarray, " N"]

    def at(self, questions: Bool[ndarray, " N"]) -> "Trial":
        """Return the trial with some of the questions."""
        return Trial(self.right[:, questions], self.fit[:, questions], self.topics[questions], self.folds[questions])


def log_likelihoods(scores: Float[ndarray, "N M"], truth: Int[ndarray, " N"]) -> Float[ndarray, "T N"]:
    """Return the log-likelihood of the topic of each question, in nats, for each of `SHARPNESS`.

    Where few questions are held out, it tells much better than the count of right ones which of two ways is better.

    Args:
        scores: of each question with each topic, of which about 1 is high; -inf is out of the question.
        truth: the topic of each question.
    """
    best, right = scores.max(axis=1, keepdims=True), scores[np.arange(len(truth)), truth]
    lead = (scores - best).astype(np.float32)
    sums = [np.log(np.exp(sharpness * lead).sum(axis=1)) for sharpness in SHARPNESS]
    found = [sharpness * (right - best[:, 0]) - total for sharpness, total in zip(SHARPNESS, sums, strict=True)]
    return np.asarray(np.maximum(np.stack(found), LEAST_FIT))


def best_fit(likelihoods: Float[ndarray, "T N"]) -> Float[ndarray, " N"]:
    """Return the log-likelihoods with the sharpness that suits all questions best."""
    return np.asarray(likelihoods[likelihoods.sum(axis=1).argmax()])


def folds_of(topics: Int[ndarray, " N"], *, seed: int) -> Int[ndarray, " N"]:
    """Return the number of a fold for each question; those of one topic are in one fold."""
    names, places = np.unique(topics, return_inverse=True)
    return np.asarray((np.random.default_rng(seed).permutation(len(names)) % FOLDS)[places])


def choose_proved(trial: Trial, levels: Sequence[Sequence[int]]) -> int:
    """Return the way that fits best, of the plainest ways than which no others are proved to be better.

    Args:
        trial: how each way did.
        levels: rows of the trial; each level holds more ways than the one before, the first is what needs no proof.
    """
    ways = levels[0]
    for more in levels[1:]:
        before, after = (_crossfitted(trial, trial.fit, partial(_fitting, ways=some)) for some in (ways, more))
        if _is_proved(after, before, trial.topics):
            ways = more
    return _fitting(trial, ways)


def crossfitted(trial: Trial, choose: Callable[[Trial], int]) -> Bool[ndarray, " N"]:
    """Return whether each question was answered right, by the way chosen with the questions of other folds."""
    return _crossfitted(trial, trial.right, choose)


def _crossfitted(trial: Trial, values: Shaped[ndarray, "W N"], choose: Callable[[Trial], int]) -> Shaped[ndarray, " N"]:
    """Return the value of each question by the way chosen with the questions of other folds."""
    found: ndarray = np.zeros_like(values[0])
    for fold in np.unique(trial.folds):
        held = trial.folds == fold
        found[held] = values[choose(trial.at(~held)), held]
    return found


def _fitting(trial: Trial, ways: Sequence[int]) -> int:
    """Return the way that fits best, the first of equals."""
    return max(ways, key=lambda way: float(trial.fit[way].sum()))


def _is_proved(new: Float[ndarray, " N"], old: Float[ndarray, " N"], topics: Int[ndarray, " N"]) -> bool:
    """Return whether questions are fitted better, worth the while and not by chance; those of a topic go together.

    Source: Smucker, Allan and Carterette 2007, A comparison of statistical significance tests for information
    retrieval evaluation (Fisher's randomisation test).
    """
    gained = np.bincount(topics, new - old)
    gained = gained[gained != 0]
    if len(gained) < FEWEST_TOPICS or gained.sum() < LEAST_GAIN * len(new):
        return False
    test = permutation_test(
        (gained,), np.sum, permutation_type="samples", alternative="greater", n_resamples=RESAMPLES, batch=100, rng=0
    )
    return bool(test.pvalue <= CHANCE)
