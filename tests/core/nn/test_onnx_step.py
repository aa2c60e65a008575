import pytest
import torch

from nlpbot.core.nn import onnx_graph, onnx_step
from nlpbot.core.nn.onnx_step import OnnxStep
from nlpbot.core.reproducibility import threads

TEXTS = [[1, 2, 3], [4, 4, 0], [10, 9, 8]]


@pytest.mark.parametrize("head", [0, 1 << 18])
def test_whole_numbers_come_near_and_are_not_the_same(network, after, plain, monkeypatch, head):
    monkeypatch.setattr(onnx_graph, "LEAST_INT8_HEAD", head)
    model = network(embedding=6, layers=2)
    scores, wanted = after(OnnxStep(model, rows=3, int8=True), TEXTS), plain(model, TEXTS)
    assert not torch.equal(scores, wanted)
    assert torch.allclose(scores, wanted, atol=0.05)


def test_a_processor_that_overflows_takes_floats_for_the_same_whole_numbers(network, after, monkeypatch):
    model = network(embedding=6, layers=2)
    wanted = after(OnnxStep(model, rows=3, int8=True), TEXTS)
    monkeypatch.setattr(onnx_step, "_adds_exactly", lambda: False)
    monkeypatch.setattr(onnx_graph, "WHOLE", "no such graph")
    assert torch.allclose(after(OnnxStep(model, rows=3, int8=True), TEXTS), wanted, atol=1e-5)


def test_what_overflows_is_noticed(monkeypatch):
    def saturating(weight, arithmetic):
        return onnx_graph.product_graph(weight.clamp(max=0.9), "float32")

    monkeypatch.setattr(onnx_step, "product_graph", saturating)
    assert not onnx_step._adds_exactly.__wrapped__()


def test_the_number_of_threads_may_change_between_steps(network, plain):
    model = network(embedding=6)
    step = OnnxStep(model, rows=3)
    for count, tokens in zip((1, 2, 1), zip(*TEXTS, strict=True), strict=True):
        with threads(count):
            step.advance(tokens)
    assert torch.allclose(step.scores(3), plain(model, TEXTS), atol=1e-5)


def test_nothing_is_told_to_the_maker_of_the_runtime():
    assert onnx_step.os.environ["ORT_DISABLE_TELEMETRY"] == "1"
