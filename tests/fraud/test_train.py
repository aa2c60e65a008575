import numpy as np
import pytest
import torch

from nlpbot.core.bundles.values import read_values
from nlpbot.core.kernel.config import parse_settings
from nlpbot.core.text.labelled import Example, read_labelled
from nlpbot.fraud.config import FraudSettings
from nlpbot.fraud.train import train_fraud
from nlpbot.fraud.wording import Wording, wording_files

CPU = torch.device("cpu")
WORDING = read_values(wording_files(), Wording)
SETTINGS = parse_settings(
    {"false_alarm_rate": 0.2, "miss_rate": 0.1, "classify": {"model": "linear", "folds": 2}}, FraudSettings, where="t"
)


@pytest.fixture(scope="module")
def trained(messages):
    return train_fraud(read_labelled(messages), SETTINGS, CPU, wording=WORDING)


@pytest.fixture(scope="module")
def hard(messages):
    """The messages, one in six labelled wrongly, so that no threshold is without mistakes."""
    other = {"scam": "ok", "ok": "scam"}
    rows = enumerate(read_labelled(messages))
    return [Example(row.text, other[row.label] if number % 6 == 0 else row.label) for number, row in rows]


@pytest.mark.parametrize(("false_alarms", "misses"), [(0.2, 0.2), (0.05, 0.1), (0.4, 0.5)])
def test_mistakes_on_texts_held_out_stay_under_the_rates_of_the_settings(hard, false_alarms, misses):
    settings = SETTINGS.model_copy(update={"false_alarm_rate": false_alarms, "miss_rate": misses})
    trained = train_fraud(hard, settings, CPU, wording=WORDING)
    thresholds, held = trained.predictor.thresholds, trained.detector
    column = trained.predictor.detector.names.index("fraud")
    fraud = held.held_out_labels == column
    verdicts = np.array([thresholds.verdict(each) for each in held.held_out_probabilities[:, column]])
    assert 0 < np.mean(verdicts[~fraud] == "fraud") <= false_alarms
    assert 0 < np.mean(verdicts[fraud] == "honest") <= misses


def test_kinds_are_told_apart_by_a_linear_model(trained):
    assert list(trained.predictor.kinds.members) == ["linear"]
    kinds = {name for name in trained.predictor.kinds.names if name.startswith("fraud/")}
    assert kinds == {"fraud/parcel_fee", "fraud/prize", "fraud/family_emergency"}


def test_metrics_are_those_of_a_detector(trained):
    assert {"f1", "auroc", "recall_at_fpr_0.01"} <= set(trained.metrics)
    assert trained.metrics["auroc"] > 0.9


def test_without_kinds_only_a_detector_is_trained(messages):
    bare = [type(row)(row.text, row.label) for row in read_labelled(messages)]
    trained = train_fraud(bare, SETTINGS, CPU, wording=WORDING)
    assert trained.predictor.kinds is None
    [verdict] = trained.predictor.predict(["winner! claim the prize at https://x.example"])
    assert (verdict.verdict, verdict.kind) == ("fraud", None)
