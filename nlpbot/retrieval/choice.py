"""Choose how to answer by questions held out: the plain way, unless a gain over it is proved on other questions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from jaxtyping import Bool, Int
from numpy import ndarray
from scipy.stats import permutation_test

__all__ = ["Trial", "choose_proved", "crossfitted", "folds_of"]

FOLDS = 5
CHANCE = 0.025
"""A gain that chance brings more often is not proved; one-sided, so as the usual interval of 95 %."""
LEAST_GAIN = 0.01
"""A gain in a smaller fraction of the questions is not worth another model."""
FEWEST_TOPICS = 2
"""With a gain in fewer, chance could bring it half the time."""
RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Trial:
    """How some ways to answer did on questions held out.

    Attributes:
        right: whether each way, a row, found the topic of each question, a column.
        topics: the number of the topic of each question.
        folds: the number of a fold for each question; those of one topic are in one fold.
    """

    right: Bool[ndarray, "W N"]
    topics: Int[ndarray, " N"]
    folds: Int[ndarray, " N"]

    def at(self, questions: Bool[ndarray, " N"]) -> "Trial":
        """Return the trial with some of the questions."""
        return replace(self, right=self.right[:, questions], topics=self.topics[questions], folds=self.folds[questions])


def folds_of(topics: Int[ndarray, " N"], *, seed: int) -> Int[ndarray, " N"]:
    """Return the number of a fold for each question; those of one topic are in one fold."""
    names, places = np.unique(topics, return_inverse=True)
    return np.asarray((np.random.default_rng(seed).permutation(len(names)) % FOLDS)[places])


def choose_proved(trial: Trial, levels: Sequence[Sequence[int]]) -> int:
    """Return the way with most questions right, of the plainest ways than which no others are proved to be better.

    Args:
        trial: how each way did.
        levels: rows of the trial; each level holds more ways than the one before, the first is what needs no proof.
    """
    ways = levels[0]
    for more in levels[1:]:
        before, after = (crossfitted(trial, partial(_most_right, ways=some)) for some in (ways, more))
        if _is_proved(after, before, trial.topics):
            ways = more
    return _most_right(trial, ways)


def crossfitted(trial: Trial, choose: Callable[[Trial], int]) -> Bool[ndarray, " N"]:
    """Return whether each question was answered right, by the way chosen with the questions of other folds."""
    right = np.zeros(len(trial.folds), dtype=bool)
    for fold in np.unique(trial.folds):
        held = trial.folds == fold
        right[held] = trial.right[choose(trial.at(~held)), held]
    return right


def _most_right(trial: Trial, ways: Sequence[int]) -> int:
    """Return the way with most questions right, the first of equals."""
    return max(ways, key=lambda way: int(trial.right[way].sum()))


def _is_proved(new: Bool[ndarray, " N"], old: Bool[ndarray, " N"], topics: Int[ndarray, " N"]) -> bool:
    """Return whether more questions are right, worth the while and not by chance; those of a topic go together.

    Source: Smucker, Allan and Carterette 2007, A comparison of statistical significance tests for information
    retrieval evaluation (Fisher's randomisation test).
    """
    gained = np.bincount(topics, new.astype(float) - old)
    gained = gained[gained != 0]
    if len(gained) < FEWEST_TOPICS or gained.sum() < LEAST_GAIN * len(new):
        return False
    test = permutation_test(
        (gained,), np.sum, permutation_type="samples", alternative="greater", n_resamples=RESAMPLES, batch=100, rng=0
    )
    return bool(test.pvalue <= CHANCE)
