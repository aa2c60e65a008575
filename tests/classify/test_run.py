import pytest

from nlpbot.classify.run import of_interest, run_evaluation
from nlpbot.core.errors import BundleError, ConfigError, DataError
from nlpbot.core.text.labelled import Example

ROWS = [Example("one", "spam"), Example("two", "ham"), Example("three", "other")]
OPTIONS = {
    "test": None,
    "train": None,
    "folds": 2,
    "keep_duplicates": False,
    "model": "linear",
    "seed": 0,
    "device": "cpu",
}


def test_only_rows_of_the_labels_named_are_of_interest():
    assert of_interest(ROWS, ["SPAM"], ["Ham"]) == ROWS[:2]
    assert of_interest(ROWS, ["spam"], []) == ROWS
    with pytest.raises(DataError, match="no rows labelled a, b; there are ham, other, spam"):
        of_interest(ROWS, ["spam"], ["a", "b"])


def test_a_detector_s_labels_can_be_named_for_folds(asked_file):
    report = run_evaluation(None, data=asked_file, positive=["Weather"], **OPTIONS)
    assert {"f1", "auroc", "recall_at_fpr_0.01"} <= set(report)
    assert set(report["intervals"]) <= set(report) | set(report["baseline"])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"positive": ["spam"]}, "--positive spam: no such label; there are travel, weather"),
        ({"apart": "none"}, "--out-of-scope none: no such label; there are 2 others"),
    ],
)
def test_a_label_that_is_not_there_is_named(asked_file, options, says):
    with pytest.raises(ConfigError, match=says):
        run_evaluation(None, data=asked_file, **options, **OPTIONS)


def test_a_bundle_of_another_room_is_refused(asked_run, nlpbot):
    assert "a bundle of classify; one of fraud wanted" in nlpbot("fraud", "describe", asked_run[0]).stderr
    with pytest.raises(BundleError, match="no bundle there"):
        run_evaluation(asked_run[0] / "x", data=None, **(OPTIONS | {"test": asked_run[0]}))
