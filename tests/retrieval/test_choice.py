"""The plain way is served until another is proved to be better on questions that did not choose it."""

from functools import partial

import numpy as np
import pytest

from nlpbot.retrieval.choice import Trial, best_fit, choose_proved, crossfitted, folds_of, log_likelihoods

TWO = ((0,), (0, 1))


def trial(*ways: list[bool] | np.ndarray, topics: list[int] | None = None) -> Trial:
    right = np.array(ways, dtype=bool)
    numbers = np.arange(right.shape[1]) if topics is None else np.array(topics)
    return Trial(right, right.astype(float), numbers, folds_of(numbers, seed=0))


def gaining(gained: int, lost: int, of: int = 60) -> Trial:
    plain, other = np.zeros(of, dtype=bool), np.zeros(of, dtype=bool)
    plain[:lost], other[lost : lost + gained] = True, True
    return trial(plain, other)


@pytest.mark.parametrize(
    ("gained", "lost", "way"), [(20, 2, 1), (6, 0, 1), (5, 0, 0), (8, 6, 0), (0, 0, 0), (2, 20, 0)]
)
def test_a_gain_that_chance_could_bring_is_not_served(gained: int, lost: int, way: int) -> None:
    assert choose_proved(gaining(gained, lost), TWO) == way


def test_a_gain_too_small_to_be_worth_another_model_is_not_served() -> None:
    assert choose_proved(gaining(49, 0, of=1000), TWO) == 0
    assert choose_proved(gaining(50, 0, of=1000), TWO) == 1


def test_likelihoods_tell_ways_apart_that_find_the_same() -> None:
    """Both are right each time, the second by a wider margin; a topic out of the question takes no part."""
    truth = np.arange(3)
    close, wide = 0.5 + 0.01 * np.eye(3), 0.5 * np.eye(3)
    close[:, 2][:2] = -np.inf
    fits = [best_fit(log_likelihoods(scores, truth)) for scores in (close, wide)]
    assert (fits[1] > fits[0]).all()
    assert (log_likelihoods(np.where(np.eye(3, dtype=bool), -np.inf, 1.0), truth) == -10).all()
    assert fits[0][0] == pytest.approx(-np.log1p(np.exp(-0.24)), abs=1e-4)


def test_many_questions_of_few_topics_prove_nothing() -> None:
    """A topic's questions are alike: whoever finds one finds the others."""
    one_topic = trial([False] * 60, [True] * 30 + [False] * 30, topics=[0] * 30 + list(range(1, 31)))
    assert choose_proved(one_topic, TWO) == 0
    assert choose_proved(trial(*one_topic.right), TWO) == 1


def test_lucky_ways_are_not_chosen() -> None:
    """Of ten ways that guess as well as the plain one, one always looks better on the questions that choose it."""
    rng = np.random.default_rng(0)
    trials = [trial(*(rng.random((11, 100)) < 0.5)) for _ in range(100)]
    assert all(some.right.sum(axis=1).argmax() > 0 for some in trials[:5])
    proved = [choose_proved(some, ((0,), range(11))) for some in trials]
    assert np.count_nonzero(proved) <= 8  # some four are to be expected


def test_a_level_is_passed_over_where_only_the_next_is_proved() -> None:
    never, always = [False] * 60, [True] * 60
    assert choose_proved(trial(never, never, always), ((0,), (0, 1), (0, 1, 2))) == 2


def test_questions_are_judged_by_what_others_chose() -> None:
    some = trial(*np.eye(4, 20, dtype=bool))
    asked: list[set[int]] = []

    def choose(others: Trial) -> int:
        asked.append(set(others.topics.tolist()))
        return 0

    right = crossfitted(some, choose)
    assert right.tolist() == some.right[0].tolist()
    assert [set(range(20)) - rest for rest in asked] == [set(np.flatnonzero(some.folds == fold)) for fold in range(5)]


def test_what_chance_chose_is_measured_at_chance() -> None:
    rng = np.random.default_rng(1)
    measured = [crossfitted(trial(*(rng.random((11, 50)) < 0.5)), partial(choose_proved, levels=(range(11),))).mean()
                for _ in range(40)]  # fmt: skip
    assert np.mean(measured) == pytest.approx(0.5, abs=0.04)


def test_questions_of_one_topic_share_a_fold() -> None:
    topics = np.array([7, 3, 7, 9, 3, 1, 0, 2])
    folds = folds_of(topics, seed=0)
    assert folds[0] == folds[2]
    assert folds[1] == folds[4]
    assert len(set(folds.tolist())) == 5
