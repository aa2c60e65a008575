import json
from copy import copy
from dataclasses import replace

import numpy as np
import pytest

from nlpbot.classify.evaluate import Evaluation, Measured, evaluate_folds, evaluate_predictor, evaluate_split, report_of
from nlpbot.classify.train import train_classifier


@pytest.fixture(scope="module")
def linear(settings, cpu):
    """Trains the linear model."""
    return lambda data, progress: train_classifier(data, settings.model_copy(update={"model": "linear"}), cpu)


def test_every_row_is_judged_by_a_model_of_the_other_folds(rows, linear):
    learned, judged = [], []

    def watched(data, progress):
        trained = linear(data, progress)
        trained = replace(trained, predictor=copy(trained.predictor))  # it is the baseline too
        learned.append(data)
        probabilities = trained.predictor.probabilities
        trained.predictor.probabilities = lambda texts: judged.append(texts) or probabilities(texts)
        return trained

    told = []
    evaluation = evaluate_folds(rows, watched, folds=3, seed=0, progress=lambda done, total, text="": told.append(done))
    assert sorted(text for texts in judged for text in texts) == sorted(rows.texts)
    group_of = dict(zip(rows.texts, rows.groups, strict=True))
    for data, texts in zip(learned, judged, strict=True):
        assert not set(data.groups) & {group_of[text] for text in texts}
    assert np.allclose(evaluation.served.probabilities.sum(axis=1), 1)
    assert "3 folds" in evaluation.protocol
    assert evaluation.chosen == ("linear",) * 3
    assert told == [1, 2, 3]


def test_a_report_has_the_usual_names_with_intervals_and_the_baseline(rows, linear):
    train, test = rows.at(range(0, 72, 2)), rows.at(range(1, 72, 2))
    report = report_of(evaluate_split(train, test, linear), seed=3).to_json()
    names = {"accuracy", "macro_f1", "mcc", "ece"}
    assert names <= set(report)
    assert set(report["intervals"]) == names == set(report["baseline"]) - {"name"}
    assert report["baseline"]["name"] == "linear"
    assert (report["n"], report["seed"], report["served"]) == (36, 3, ["linear"])
    assert report["protocol"].startswith("36 test rows; ")
    assert sum(told["n"] for told in report["labels"].values()) == 36
    json.dumps(report, allow_nan=False)


DETECTOR = {"accuracy", "precision", "recall", "f1", "mcc", "ece", "auroc", "average_precision"} | {
    "recall_at_fpr_0.001",
    "recall_at_fpr_0.01",
}


def test_a_report_on_positive_labels_is_that_of_a_detector():
    labels = np.array([0, 1, 2, 0, 1, 2, 0, 0])
    probabilities = np.full((8, 3), 0.3)
    probabilities[np.arange(8), labels] = 0.4
    evaluation = Evaluation(("ham", "spam", "scam"), Measured(labels, probabilities), None, "p", 1.0)
    report = report_of(evaluation, positive=["spam", "scam"]).to_json()
    assert set(report["intervals"]) == DETECTOR <= set(report)
    assert report["auroc"] == 1
    assert report["recall"] == 1  # .3 + .4 is over a half, though no single label is
    low, high = report["intervals"]["precision"]
    assert low <= report["precision"] <= high
    assert report["baseline"] == {}


@pytest.mark.parametrize(
    ("labels", "shares"),
    [
        ([0, 1, 2, 2], {"in_scope_accuracy": 0.5, "out_of_scope_recall": 1.0}),
        ([0, 1], {"in_scope_accuracy": 0.5}),
        ([2], {"out_of_scope_recall": 1.0}),
    ],
)
def test_what_is_out_of_scope_is_told_by_itself(labels, shares):
    guesses = [0, 0] if labels[0] == 0 else []
    probabilities = np.eye(3)[[*guesses, *[2] * (len(labels) - len(guesses))]]
    evaluation = Evaluation(("a", "b", "none"), Measured(np.array(labels), probabilities), None, "p", 1.0)
    metrics = report_of(evaluation, out_of_scope="none").metrics
    assert {name: metrics[name] for name in metrics if "scope" in name} == shares


def test_a_predictor_is_measured_on_all_rows_of_a_test_file(trained, rows):
    evaluation = evaluate_predictor(trained.predictor, rows)
    assert evaluation.baseline is None
    assert report_of(evaluation).metrics["accuracy"] > 0.9
