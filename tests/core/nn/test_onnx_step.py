import pytest
import torch

from nlpbot.core.nn import onnx_graph, onnx_step
from nlpbot.core.nn.onnx_step import OnnxStep

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


@pytest.mark.parametrize(
    ("products", "size_bytes", "asked", "wanted"),
    [
        (1 << 28, 2 << 20, None, {1}),  # a short step
        (1000, 2 << 20, None, {1, 3}),  # one that multiplies for many rows; there are three cores
        (1 << 28, 1500, None, {3}),  # one that reads more weights than a core holds
        (1500, 1500, 2, {2}),
    ],
)
def test_a_step_takes_as_many_threads_as_pay(network, plain, monkeypatch, products, size_bytes, asked, wanted):
    monkeypatch.setattr(onnx_step, "THREAD_PRODUCTS", products)
    monkeypatch.setattr(onnx_step, "THREAD_BYTES", size_bytes)
    model, started, start = network(embedding=6), [], onnx_step.start_session
    monkeypatch.setattr(onnx_step, "start_session", lambda graph, count: started.append(count) or start(graph, count))
    monkeypatch.setattr(onnx_step, "cores", lambda: 3)
    step = OnnxStep(model, rows=3, thread_count=asked)
    step.advance([1])
    step.clear(0)
    for tokens in zip(*TEXTS, strict=True):
        step.advance(tokens)
    assert set(started) == wanted
    assert torch.allclose(step.scores(3), plain(model, TEXTS), atol=1e-5)


def test_nothing_is_told_to_the_maker_of_the_runtime():
    assert onnx_step.os.environ["ORT_DISABLE_TELEMETRY"] == "1"
