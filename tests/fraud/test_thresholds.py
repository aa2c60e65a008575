import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.fraud.thresholds import Thresholds

RATES = st.floats(0.001, 0.5)
SCORES = st.lists(st.integers(0, 20).map(lambda n: n / 20), min_size=1, max_size=60)


@given(honest=SCORES, frauds=SCORES, alarms=RATES, misses=RATES)
def test_mistakes_stay_under_their_rates_within_the_bounds(honest, frauds, alarms, misses):
    truth = np.array([False] * len(honest) + [True] * len(frauds))
    chosen = Thresholds.choose(truth, np.array([*honest, *frauds]), false_alarm_rate=alarms, miss_rate=misses)
    assert 0.05 <= chosen.unsure_from <= 0.5 <= chosen.fraud_from <= 0.95
    if chosen.fraud_from < 0.95:
        assert np.mean([chosen.verdict(score) == "fraud" for score in honest]) <= alarms
    if chosen.unsure_from > 0.05:
        assert np.mean([chosen.verdict(score) == "honest" for score in frauds]) <= misses


def test_a_threshold_is_no_higher_than_the_rate_asks_for():
    probability = np.concatenate([np.linspace(0, 0.9, 100), np.linspace(0.1, 1, 100)])
    truth = np.arange(200) >= 100
    chosen = Thresholds.choose(truth, probability, false_alarm_rate=0.1, miss_rate=0.1)
    assert (probability[:100] >= chosen.fraud_from).sum() == 10
    assert (probability[100:] < chosen.unsure_from).sum() == 10


@pytest.mark.parametrize(
    ("probability", "verdict"),
    [(0.0, "honest"), (0.29, "honest"), (0.3, "unsure"), (0.79, "unsure"), (0.8, "fraud"), (1.0, "fraud")],
)
def test_a_probability_has_one_of_three_verdicts(probability, verdict):
    assert Thresholds(unsure_from=0.3, fraud_from=0.8).verdict(probability) == verdict
