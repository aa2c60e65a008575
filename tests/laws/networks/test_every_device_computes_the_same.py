"""What a GPU computes is what the CPU computes, within 1e-4."""

import copy

import pytest
import torch

from nlpbot.core.training import move

DROPS = ("dropout", "embedding_dropout", "weight_drop")


@pytest.fixture(params=["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
def device(request):
    return torch.device(request.param)


def without_dropout(config):
    """The same config, and the one within it, where nothing is dropped."""
    drops = {name: 0.0 for name in DROPS if hasattr(config, name)}
    within = {"encoder": without_dropout(config.encoder)} if hasattr(config, "encoder") else {}
    return config.model_copy(update={**drops, **within})


def updated(network, model, device):
    """The loss of a batch, and the weights after a step of plain gradient descent."""
    model.to(device).train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loss, _ = network.reads.loss_fn(model, move(network.reads.batch(network.rows()), device), None)
    loss.backward()
    optimizer.step()
    return float(loss.detach()), {name: value.cpu() for name, value in model.state_dict().items()}


def test_a_network_gives_the_same_results_on_each_device(network, evaluated, device):
    model, rows = network.build(), network.rows()
    expected = evaluated(network, copy.deepcopy(model), rows)
    with device:  # where the law pads its rows
        found = evaluated(network, model.to(device), move(rows, device))
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.device.type == device.type
        assert torch.allclose(ours.cpu(), theirs, atol=1e-4)


def test_a_step_of_training_leaves_the_same_weights_on_each_device(network, device):
    """Without dropout, which draws other numbers on another device."""
    torch.manual_seed(0)
    model = network.cls(without_dropout(network.config))
    before = copy.deepcopy(model.state_dict())
    expected_loss, expected = updated(network, copy.deepcopy(model), torch.device("cpu"))
    loss, found = updated(network, model, device)
    assert loss == pytest.approx(expected_loss, abs=1e-4)
    assert any(not torch.equal(found[name], before[name]) for name in before)
    for name, values in expected.items():
        assert torch.allclose(found[name], values, atol=1e-4), name
