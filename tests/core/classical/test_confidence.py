import json
from typing import Any

import numpy as np
import pytest

from nlpbot.core.classical.confidence import Confidence
from nlpbot.core.kernel.errors import BundleError


def test_what_tells_right_from_wrong_is_learned() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(400, 2)) * [3, 1] + [10, 0]
    right = rng.random(400) < 1 / (1 + np.exp(-(features[:, 0] - 10)))
    confidence = Confidence.fit(features, right)
    sure, unsure = confidence.probability(np.array([[16.0, 0.0], [4.0, 0.0]]))
    assert sure > 0.95
    assert unsure < 0.05
    assert confidence.probability(features).mean() == pytest.approx(right.mean(), abs=0.02)


@pytest.mark.parametrize(("right", "low", "high"), [(True, 0.95, 1), (False, 0, 0.05)])
def test_without_both_to_learn_from_all_or_none_is_trusted(right: bool, low: float, high: float) -> None:
    features = np.array([[1.0], [2.0]])
    found = Confidence.fit(features, np.full(2, right)).probability(np.array([[99.0]]))
    assert low < found[0] < high


def test_a_feature_that_never_varied_says_nothing_later() -> None:
    confidence = Confidence.fit(np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 5.0]]), np.array([False, True, True]))
    before, after = confidence.probability(np.array([[2.0, 5.0], [2.0, 6.0]]))
    assert before == pytest.approx(after)


def test_a_saved_regression_is_the_same() -> None:
    confidence = Confidence.fit(np.array([[1.0], [2.0], [4.0]]), np.array([False, True, True]))
    assert Confidence.from_json(json.loads(json.dumps(confidence.to_json()))) == confidence


@pytest.mark.parametrize("value", [None, {}, {"mean": [0], "scale": [1], "weights": ["x"], "bias": 0}, {"mean": 1}])
def test_a_damaged_regression_is_refused(value: Any) -> None:
    with pytest.raises(BundleError, match="confidence: damaged"):
        Confidence.from_json(value)
