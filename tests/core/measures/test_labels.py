import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpbot.core.measures.labels import (
    binary_metrics,
    expected_calibration_error,
    intervals,
    label_by_label,
    label_metrics,
    recall_at_false_alarm_rate,
)

POSITIVE = np.array([True, True, True, False, False, False, False, False])
PROBABILITY = np.array([0.9, 0.8, 0.3, 0.6, 0.4, 0.2, 0.1, 0.1])


def test_a_detectors_metrics_are_those_computed_by_hand() -> None:
    found = binary_metrics(POSITIVE, PROBABILITY)  # at .5: 2 found, 1 missed, 1 false alarm, 4 rightly left
    assert found.pop("ece") > 0
    assert found == pytest.approx(
        {
            "accuracy": 6 / 8,
            "precision": 2 / 3,
            "recall": 2 / 3,
            "f1": 2 / 3,
            "mcc": (2 * 4 - 1 * 1) / np.sqrt(3 * 3 * 5 * 5),
            "auroc": 13 / 15,
            "average_precision": (1 / 1 + 2 / 2 + 3 / 5) / 3,
            "recall_at_fpr_0.001": 2 / 3,
            "recall_at_fpr_0.01": 2 / 3,
        }
    )


def test_metrics_of_labels_are_those_computed_by_hand() -> None:
    labels = np.array([0, 0, 1, 2])
    probabilities = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]])
    found = label_metrics(labels, probabilities)
    assert found["accuracy"] == 3 / 4
    assert found["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert found["mcc"] == pytest.approx((3 * 4 - 5) / np.sqrt((16 - 6) * (16 - 6)))
    assert found["ece"] == pytest.approx(0.05)


@pytest.mark.parametrize("positive", [True, False])
def test_rows_of_one_kind_have_no_ranking_and_give_no_warning(positive: bool) -> None:
    found = binary_metrics(np.full(4, positive), np.full(4, float(positive)))
    assert found["accuracy"] == 1
    assert found["mcc"] == 0
    assert "auroc" not in found


@pytest.mark.parametrize(("rate", "recall"), [(0.0, 2 / 3), (0.19, 2 / 3), (0.2, 2 / 3), (0.4, 1.0)])
def test_recall_is_that_of_the_lowest_threshold_within_the_rate(rate: float, recall: float) -> None:
    assert recall_at_false_alarm_rate(POSITIVE, PROBABILITY, rate) == recall


def test_equal_scores_of_both_kinds_cannot_be_told_apart() -> None:
    assert recall_at_false_alarm_rate(np.array([True, False]), np.array([0.7, 0.7]), 0.5) == 0


def test_confidence_far_from_accuracy_is_an_error() -> None:
    half = np.array([[0.95, 0.05]] * 10)
    assert expected_calibration_error(np.array([0, 1] * 5), half) == pytest.approx(0.45)
    assert expected_calibration_error(np.zeros(10, dtype=int), np.array([[1.0, 0.0]] * 10)) == 0


@settings(max_examples=30)
@given(st.integers(0, 100), st.integers(2, 40))
def test_all_metrics_stay_in_their_range(seed: int, rows: int) -> None:
    rng = np.random.default_rng(seed)
    probability = rng.random(rows).round(1)
    for name, value in binary_metrics(rng.random(rows) < 0.4, probability).items():
        assert (-1 if name == "mcc" else 0) <= value <= 1


def test_intervals_hold_the_value_narrow_with_rows_and_repeat() -> None:
    def share(rows: np.ndarray) -> dict[str, float]:
        return {"share": float(rows.mean())}

    few, many = np.arange(20) % 4 == 0, np.arange(2000) % 4 == 0
    low, high = intervals(share, [few], seed=0)["share"]
    narrow_low, narrow_high = intervals(share, [many], seed=0)["share"]
    assert low < narrow_low < 0.25 < narrow_high < high
    assert intervals(share, [few], seed=0)["share"] == (low, high)
    assert narrow_high - narrow_low == pytest.approx(2 * 1.96 * np.sqrt(0.25 * 0.75 / 2000), rel=0.25)


def test_labels_and_confusions_are_those_counted_by_hand() -> None:
    labels, predicted = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 1, 1, 1, 0, 2])
    found = label_by_label(labels, predicted, ["a", "b", "c", "d"])
    assert found["labels"]["a"] == pytest.approx({"n": 3, "precision": 1 / 2, "recall": 1 / 3, "f1": 2 / 5})
    assert found["labels"]["b"] == pytest.approx({"n": 2, "precision": 1 / 3, "recall": 1 / 2, "f1": 2 / 5})
    assert found["labels"]["c"] == {"n": 1, "precision": 1, "recall": 1, "f1": 1}
    assert found["labels"]["d"] == {"n": 0, "precision": 0, "recall": 0, "f1": 0}
    assert found["confusions"] == [{"label": "a", "predicted": "b", "n": 2}, {"label": "b", "predicted": "a", "n": 1}]
