import numpy as np
import onnx
import pytest
import torch

from nlpbot.generation.onnx_graph import product_graph, step_graph
from nlpbot.generation.onnx_session import start_session


def product(weight, x, decoding="int8"):
    (found,) = start_session(product_graph(weight, decoding), 1).run(None, {"x": x.numpy()})
    return torch.from_numpy(found)


def numbers(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def test_a_product_of_floats_is_that_of_torch():
    weight, x = numbers(7, 5), numbers(3, 5, seed=1)
    assert torch.allclose(product(weight, x, "float32"), x @ weight.T, atol=1e-5)


@pytest.mark.parametrize(("outputs", "inputs"), [(7, 5), (65, 512), (256, 64), (1024, 256)])
def test_a_product_is_that_of_floats_but_for_a_percent(outputs, inputs):
    weight, x = numbers(outputs, inputs), numbers(3, inputs, seed=1)
    found, expected = product(weight, x), x @ weight.T
    assert 0 < (found - expected).norm() / expected.norm() < 0.015


@pytest.mark.parametrize(("outputs", "inputs"), [(2048, 512), (96, 40)])
def test_rows_beside_it_change_no_bit_of_a_row(outputs, inputs):
    weight, x = numbers(outputs, inputs), numbers(33, inputs, seed=1)
    x[5] *= 1000  # a scale for all rows would drown the others
    together = product(weight, x)
    for row in (0, 5, 32):
        assert torch.equal(product(weight, x[row : row + 1])[0], together[row])


def test_each_output_has_its_own_scale():
    weight = numbers(4, 16)
    weight[1] *= 1000
    x = numbers(1, 16, seed=1)
    assert torch.allclose(product(weight, x)[0, 0], (x @ weight.T)[0, 0], atol=0.1)


def test_zeros_stay_zeros():
    assert not product(torch.zeros(4, 8), torch.zeros(2, 8)).any()


def test_no_product_of_whole_numbers_stands_within_a_branch(network, monkeypatch):
    """There the runtime would leave it inexact on processors without VNNI."""
    monkeypatch.setattr("nlpbot.generation.onnx_graph.LEAST_INT8_HEAD", 0)
    graph = onnx.load_from_string(step_graph(network(embedding=6, layers=2), "int8")).graph
    kinds = [node.op_type for node in graph.node]
    assert kinds.count("MatMulIntegerToFloat") == 3  # two layers and the head
    branches = [attribute.g for node in graph.node for attribute in node.attribute if attribute.HasField("g")]
    assert len(branches) == 2
    assert not any("Mat" in node.op_type for branch in branches for node in branch.node)


def test_whole_numbers_are_stored_as_such():
    assert len(product_graph(numbers(256, 256), "int8")) < 1.1 * np.prod([256, 256])
