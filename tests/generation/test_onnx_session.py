"""Products of whole numbers are exact on every processor, or are seen not to be."""

import logging

import numpy as np
import pytest
import torch

from nlpbot.generation import onnx_session
from nlpbot.generation.onnx_graph import product_graph
from nlpbot.generation.onnx_session import adds_exactly, start_session

SHAPES = [(1, 1), (7, 5), (65, 67), (64, 512), (2048, 511)]


@pytest.fixture
def whole():
    """A weight and rows of whole numbers as large as they come, whose scales are 1, and their exact product."""

    def make(outputs, inputs, rows):
        random = np.random.default_rng(0)
        weight, x = (random.integers(-127, 127, (count, inputs), endpoint=True) for count in (outputs, rows))
        weight[:, 0] = x[:, 0] = 127
        return torch.from_numpy(weight).float(), x.astype(np.float32), x @ weight.T

    return make


def found(start, weight, x, thread_count=1):
    return start(product_graph(weight, "int8"), thread_count).run(None, {"x": x})[0]


@pytest.mark.parametrize("thread_count", [1, 2])
@pytest.mark.parametrize("rows", [1, 2, 7, 33])
@pytest.mark.parametrize(("outputs", "inputs"), SHAPES)
def test_products_of_whole_numbers_are_exact(whole, outputs, inputs, rows, thread_count):
    weight, x, expected = whole(outputs, inputs, rows)
    assert np.allclose(found(start_session, weight, x, thread_count), expected, rtol=1e-6, atol=0.5)


def test_what_is_run_is_not_what_saturates(whole, saturating):
    weight, x, expected = whole(64, 512, 3)
    wrong = np.linalg.norm(found(saturating, weight, x) - expected) / np.linalg.norm(expected)
    right = np.linalg.norm(found(start_session, weight, x) - expected) / np.linalg.norm(expected)
    assert wrong > 0.02
    assert right < 1e-6


def test_numbers_that_cannot_saturate_are_the_models_too(saturating):
    weight = torch.tensor([[1.0, -1.0, 0.5]])
    x = np.array([[0.1, 0.1, 0.1]], dtype=np.float32)
    assert found(saturating, weight, x) == pytest.approx(0.05, abs=0.01)


def test_a_processor_that_saturates_is_noticed_and_logged(saturating, caplog):
    with caplog.at_level(logging.WARNING):
        assert not adds_exactly(saturating)
    assert caplog.messages == ["8-bit products are not exact on this processor; floats are multiplied"]


@pytest.mark.parametrize("rows", [1, 8])
def test_one_row_is_checked_and_so_are_several(saturating, rows):
    def start(graph, thread_count):
        exact, wrong = start_session(graph, thread_count), saturating(graph, thread_count)

        class Session:
            def run(self, outputs, inputs):
                return (wrong if len(inputs["x"]) == rows else exact).run(outputs, inputs)

        return Session()

    assert not adds_exactly(start)


def test_this_processor_is_exact(caplog):
    assert adds_exactly()
    assert caplog.messages == []


def test_the_runtime_sends_no_telemetry():
    assert onnx_session.os.environ["ORT_DISABLE_TELEMETRY"] == "1"
