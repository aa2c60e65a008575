import copy
from functools import partial

import pytest
import torch

from nlpbot.generation import gate_table
from nlpbot.generation.cuda_graph_step import CudaGraphStep
from nlpbot.generation.torch_step import TorchStep


@pytest.mark.parametrize("table_bytes", [0, gate_table.MAX_BYTES])
@pytest.mark.parametrize("decoding", ["float32", "float16", "bfloat16"])
@pytest.mark.parametrize("make", [TorchStep, partial(CudaGraphStep, capture=lambda launch: launch() or launch)])
def test_it_runs_on_the_device_of_the_model(network, monkeypatch, make, decoding, table_bytes):
    """On the meta device, which has no numbers: a tensor made on the CPU on the way could not mix with it."""
    monkeypatch.setattr(gate_table, "MAX_BYTES", table_bytes)
    model = network(embedding=6, layers=2, tied=True).to("meta")
    step = make(model, rows=3, decoding=decoding)
    step.advance([1, 2, 3])
    with torch.inference_mode():
        step._compute(3, sample=True)
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


def test_all_weights_are_copied(network, after, monkeypatch):
    monkeypatch.setattr(gate_table, "MAX_BYTES", 0)
    model = network(embedding=6, layers=2, tied=True)
    step = TorchStep(model, rows=1)
    first = after(step, [[1, 2]])
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(1)
    step.start(0, [(torch.zeros(1, 10), torch.zeros(1, 10))] * 2)
    assert torch.equal(after(step, [[1, 2]]), first)


WIDTHS = [("float32", 1e-4), ("int8", 1e-4), ("float16", 0.02), ("bfloat16", 0.2)]


@pytest.mark.parametrize("shape", [{"layers": 2}, {"tied": True}, {"embedding": 0}], ids=str)
@pytest.mark.parametrize(("decoding", "atol"), WIDTHS)
def test_scores_are_those_of_the_model_on_the_cpu(network, after, plain, torch_step, shape, decoding, atol):
    model, texts = network(**{"embedding": 6, **shape}), [[1, 2, 3], [4, 4, 0], [10, 9, 8]]
    step = torch_step(copy.deepcopy(model), graphs=False, rows=4, decoding=decoding)
    scores, expected = after(step, texts), plain(model, texts)
    assert (scores.device.type, scores.dtype) == ("cpu", torch.float32)
    assert step.decoding == ("float32" if decoding == "int8" else decoding)
    assert torch.allclose(scores, expected, atol=atol)
    if decoding in ("float16", "bfloat16"):
        assert not torch.allclose(scores, expected, atol=1e-5)
