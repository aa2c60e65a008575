import pytest
import torch

from nlpbot.core.training import move

META = torch.device("meta")


@pytest.mark.parametrize("training", [True, False])
def test_no_tensor_is_made_on_another_device(network, training):
    """The meta device has shapes and no numbers, so a tensor made on the CPU inside a network can't mix with it."""
    with META:
        model = network.cls(network.config)
    model.train(training)
    loss, _ = network.reads.loss_fn(model, move(network.reads.batch(network.rows()), META), None)
    loss.backward()
    assert loss.device == META
    assert all(p.grad is not None and p.grad.device == META for p in model.parameters())
