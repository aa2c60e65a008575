from dataclasses import replace

import pytest

from nlpbot.classify.evaluate_options import EvaluateOptions
from nlpbot.classify.run import evaluate
from nlpbot.core.kernel.errors import BundleError, ConfigError

OPTIONS = EvaluateOptions(folds=2, model="linear", device="cpu")


def test_a_detector_s_labels_can_be_named_for_folds(asked_file):
    report = evaluate(None, replace(OPTIONS, data=asked_file, positive=("Weather",)))
    assert {"f1", "auroc", "recall_at_fpr_0.01"} <= set(report.metrics)
    assert set(report.intervals) <= set(report.metrics) | set(report.baseline)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"positive": ("spam",)}, "--positive spam: no such label; there are travel, weather"),
        ({"out_of_scope": "none"}, "--out-of-scope none: no such label; there are 2 others"),
    ],
)
def test_a_label_that_is_not_there_is_named(asked_file, options, says):
    with pytest.raises(ConfigError, match=says):
        evaluate(None, replace(OPTIONS, data=asked_file, **options))


def test_a_bundle_of_another_kind_is_refused(asked_run, nlpbot):
    assert "a bundle of classify; one of fraud expected" in nlpbot("fraud", "describe", asked_run[0]).stderr
    with pytest.raises(BundleError, match="no bundle there"):
        evaluate(asked_run[0] / "x", replace(OPTIONS, test=asked_run[0]))
