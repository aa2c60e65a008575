import dataclasses

import pytest
import torch

from nlpbot.core.kernel.errors import DataError
from nlpbot.vision.evaluate import accuracy, evaluate_images


def test_accuracy_is_the_share_of_right_labels(predictor, images):
    found = torch.from_numpy(predictor.probabilities(images.test_images).argmax(axis=1))
    assert accuracy(predictor, images.test_images, found) == 1.0
    found[:3] = (found[:3] + 1) % 3
    assert accuracy(predictor, images.test_images, found) == pytest.approx(0.9)


def test_the_report_has_the_usual_names_and_an_interval_for_each_metric(predictor, images):
    labels = images.test_labels.clone()
    labels[:6] = (labels[:6] + 1) % 3
    report = evaluate_images(predictor, dataclasses.replace(images, test_labels=labels)).to_json()
    assert (report["n"], report["accuracy"], report["seed"]) == (30, pytest.approx(0.8), 0)
    assert report["intervals"].keys() == {"accuracy", "macro_f1", "mcc", "ece"}
    low, high = report["intervals"]["accuracy"]
    assert low < 0.8 < high


def test_images_of_another_size_are_refused(predictor, images):
    larger = dataclasses.replace(images, train_images=torch.zeros(1, 1, 9, 9))
    with pytest.raises(DataError, match="images of 9 pixels a side found; 8 expected"):
        evaluate_images(predictor, larger)
