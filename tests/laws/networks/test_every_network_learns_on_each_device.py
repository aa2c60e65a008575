"""Devices that are not there are left out."""

import pytest
import torch

from nlpbot.core.training import TrainSettings, fit, move

DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)]


def loss_of(network, model, name):
    batch = move(network.reads.batch(network.rows()), torch.device(name))
    with torch.inference_mode():
        return float(network.reads.loss_fn(model.to(name).eval(), batch, None)[0])


@pytest.mark.parametrize("name", DEVICES)
def test_a_network_learns_on_a_device_and_is_the_same_elsewhere(network, one_batch, name):
    model = network.build().to(name)
    before = loss_of(network, model, name)
    settings = TrainSettings(steps=30, learning_rate=0.03, weight_decay=0.0)
    for _ in fit(model, network.reads.loss_fn, one_batch, settings, torch.device(name)):
        pass
    assert {parameter.device.type for parameter in model.parameters()} == {name}
    learned = loss_of(network, model, name)
    assert learned < before
    assert loss_of(network, model, "cpu") == pytest.approx(learned, abs=1e-4)
