import pytest
import torch

from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.generation import onnx_graph, onnx_step
from nlpbot.generation.onnx_session import adds_exactly
from nlpbot.generation.onnx_step import OnnxStep

TEXTS = [[1, 2, 3], [4, 4, 0], [10, 9, 8]]


@pytest.mark.parametrize("head", [0, 1 << 18])
def test_whole_numbers_come_near_and_are_not_the_same(network, after, plain, monkeypatch, head):
    monkeypatch.setattr(onnx_graph, "LEAST_INT8_HEAD", head)
    model = network(embedding=6, layers=2)
    scores, expected = after(OnnxStep(model, rows=3, int8=True), TEXTS), plain(model, TEXTS)
    assert not torch.equal(scores, expected)
    assert torch.allclose(scores, expected, atol=0.05)


@pytest.mark.parametrize("rows", [1, 32])
def test_scores_of_a_large_model_are_those_of_floats_but_for_a_percent(rows):
    """Of its layer and its head: sums that saturate would be off by a tenth."""
    torch.manual_seed(0)
    model = LanguageModel(LanguageModelConfig(vocabulary=600, embedding=64, hidden=512)).eval()
    assert model.head.weight.numel() >= onnx_graph.LEAST_INT8_HEAD
    texts = torch.randint(0, 600, (rows, 9))
    step = OnnxStep(model, rows=rows, int8=True)
    for tokens in texts.T.tolist():
        step.advance(tokens)
    with torch.inference_mode():
        expected = model(texts)[0][:, -1]
    assert step.decoding == "int8"
    assert 0 < (step.scores(rows) - expected).norm() / expected.norm() < 0.02


def test_a_processor_that_saturates_multiplies_floats(network, after, plain, saturating, monkeypatch):
    monkeypatch.setattr(onnx_step, "adds_exactly", lambda: adds_exactly(saturating))
    model = network(embedding=6, layers=2)
    step = OnnxStep(model, rows=3, int8=True)
    assert step.decoding == "float32"
    assert torch.equal(after(step, TEXTS), after(OnnxStep(model, rows=3), TEXTS))


@pytest.mark.parametrize(
    ("products", "size_bytes", "asked", "expected"),
    [
        (1 << 28, 2 << 20, None, {1}),  # a short step
        (1000, 2 << 20, None, {1, 3}),  # one that multiplies for many rows; there are three cores
        (1 << 28, 1500, None, {3}),  # one that reads more weights than a core holds
        (1500, 1500, 2, {2}),
    ],
)
def test_a_step_takes_as_many_threads_as_pay(network, plain, monkeypatch, products, size_bytes, asked, expected):
    monkeypatch.setattr(onnx_step, "THREAD_PRODUCTS", products)
    monkeypatch.setattr(onnx_step, "THREAD_BYTES", size_bytes)
    model, started, start = network(embedding=6), [], onnx_step.start_session
    monkeypatch.setattr(onnx_step, "start_session", lambda graph, count: started.append(count) or start(graph, count))
    monkeypatch.setattr(onnx_step, "cores", lambda: 3)
    step = OnnxStep(model, rows=3, thread_count=asked)
    step.advance([1])
    step.start(0, model.initial_state(1))
    for tokens in zip(*TEXTS, strict=True):
        step.advance(tokens)
    assert set(started) == expected
    assert torch.allclose(step.scores(3), plain(model, TEXTS), atol=1e-5)
