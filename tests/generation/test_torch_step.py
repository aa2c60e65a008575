import torch

from nlpbot.generation.torch_step import TorchStep


def test_it_runs_on_the_device_of_the_model(network):
    model = network(embedding=6, layers=2).to("meta")
    step = TorchStep(model, rows=3)
    step.advance([1, 2, 3])
    step.move(2, 0)
    step.reorder([1, 1])
    step.start(0, model.initial_state(1))
    step.advance([4, 5])
    assert step._cells.device.type == "meta"


def test_weights_are_copied(network, after):
    model = network(embedding=6)
    step = TorchStep(model, rows=1)
    first = after(step, [[1]])
    with torch.no_grad():
        model.layers[0].weight_hh_l0.add_(1)
    step.start(0, model.initial_state(1))
    assert torch.equal(after(step, [[1]]), first)
