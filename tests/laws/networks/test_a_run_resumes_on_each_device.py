"""A run that was cut off ends where it would have: exactly on the CPU, within 1e-4 where kernels add in any order."""

import pytest
import torch

from nlpbot.core.kernel.reproducibility import seeded
from nlpbot.core.training import Checkpoint, TrainSettings, fit

SETTINGS = TrainSettings(steps=6, learning_rate=0.02, report_every=1)
TOLERANCE = {"cpu": 0.0, "cuda": 1e-4}


def weights_of_a_run(network, batches, device, path, *, stop_after=None, resume=False):
    with seeded(3):
        model = network.build(seed=9 if resume else 0).to(device)
        saved = Checkpoint(path, every_s=0.0)
        run = fit(model, network.reads.loss_fn, batches, SETTINGS, device, checkpoint=saved, resume=resume)
        for report in run:
            if report.step == stop_after:
                break
    return {name: value.cpu() for name, value in model.state_dict().items()}


@pytest.mark.parametrize("name", ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
def test_a_resumed_run_ends_with_the_weights_of_an_uninterrupted_one(network, one_batch, name, tmp_path):
    """Dropout included, whose generator lives on the device."""
    device = torch.device(name)
    whole = weights_of_a_run(network, one_batch, device, tmp_path / "whole")
    weights_of_a_run(network, one_batch, device, tmp_path / "cut", stop_after=3)
    resumed = weights_of_a_run(network, one_batch, device, tmp_path / "cut", resume=True)
    for weights, values in whole.items():
        assert torch.allclose(resumed[weights], values, atol=TOLERANCE[name], rtol=0), weights
