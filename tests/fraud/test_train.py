import numpy as np
import pytest
import torch

from nlpbot.core.config import parse_settings
from nlpbot.core.text.labelled import read_labelled
from nlpbot.fraud.config import FraudSettings
from nlpbot.fraud.thresholds import Thresholds
from nlpbot.fraud.train import train_fraud

CPU = torch.device("cpu")
SETTINGS = parse_settings(
    {"false_alarm_rate": 0.2, "miss_rate": 0.1, "classify": {"model": "linear", "folds": 2}}, FraudSettings, where="t"
)


@pytest.fixture(scope="module")
def trained(messages):
    return train_fraud(read_labelled(messages), SETTINGS, CPU)


def test_thresholds_are_chosen_on_texts_held_out(trained):
    held = trained.detector
    fraud = held.held_out_labels == 0
    chosen = Thresholds.choose(fraud, held.held_out_probabilities[:, 0], false_alarm_rate=0.2, miss_rate=0.1)
    assert trained.predictor.detector.names[0] == "fraud"
    assert trained.predictor.thresholds == chosen
    assert np.mean(held.held_out_probabilities[~fraud, 0] >= chosen.fraud_from) <= 0.2


def test_kinds_are_told_apart_by_a_linear_model(trained):
    assert list(trained.predictor.kinds.members) == ["linear"]
    kinds = {name for name in trained.predictor.kinds.names if name.startswith("fraud/")}
    assert kinds == {"fraud/parcel_fee", "fraud/prize", "fraud/family_emergency"}


def test_metrics_are_those_of_a_detector(trained):
    assert {"f1", "auroc", "recall_at_fpr_0.01"} <= set(trained.metrics)
    assert trained.metrics["auroc"] > 0.9


def test_without_kinds_only_a_detector_is_trained(messages):
    bare = [type(row)(row.text, row.label) for row in read_labelled(messages)]
    trained = train_fraud(bare, SETTINGS, CPU)
    assert trained.predictor.kinds is None
    [verdict] = trained.predictor.predict(["winner! claim the prize at https://x.example"])
    assert (verdict.verdict, verdict.kind) == ("fraud", None)
