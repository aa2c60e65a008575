import pytest
import torch

from nlpbot.core.nn import LanguageModel, LanguageModelConfig, gate_table, onnx_graph, onnx_step, quickest_step
from nlpbot.core.nn.onnx_step import OnnxStep
from nlpbot.core.nn.torch_step import TorchStep
from nlpbot.core.reproducibility import threads

SHAPES = {
    "one layer": {"embedding": 6},
    "three layers": {"embedding": 6, "layers": 3},
    "one-hot": {"embedding": 0, "layers": 2},
    "tied": {"embedding": 6, "tied": True},
}
TEXTS = [[1, 2, 3], [4, 4, 0], [10, 9, 8]]

either = pytest.mark.parametrize("kind", [OnnxStep, TorchStep])


def network(**shape):
    torch.manual_seed(0)
    model = LanguageModel(LanguageModelConfig(vocabulary=11, hidden=10, **shape)).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "bias" in name:  # zeros, as they begin, would hide a gate in the wrong place
                parameter.normal_()
    return model


def after(step, texts):
    for tokens in zip(*texts, strict=True):
        step.advance(tokens)
    return step.scores(len(texts)).clone()


def plain(model, texts):
    with torch.inference_mode():
        return model(torch.tensor(texts))[0][:, -1]


@either
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_steps_give_the_scores_of_the_whole(shape, kind):
    model = network(**shape)
    assert torch.allclose(after(kind(model, rows=4), TEXTS), plain(model, TEXTS), atol=1e-5)


@either
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_a_vocabulary_too_large_for_a_table_gives_the_same(monkeypatch, shape, kind):
    model = network(**shape)
    monkeypatch.setattr(gate_table, "MAX_BYTES", 0)
    assert torch.allclose(after(kind(model, rows=3), TEXTS), plain(model, TEXTS), atol=1e-5)


@pytest.mark.parametrize("head", [0, 1 << 18])
def test_whole_numbers_come_near_and_are_not_the_same(monkeypatch, head):
    monkeypatch.setattr(onnx_graph, "LEAST_INT8_HEAD", head)
    model = network(embedding=6, layers=2)
    scores, wanted = after(OnnxStep(model, rows=3, int8=True), TEXTS), plain(model, TEXTS)
    assert not torch.equal(scores, wanted)
    assert torch.allclose(scores, wanted, atol=0.05)


def test_a_processor_that_overflows_takes_floats_for_the_same_whole_numbers(monkeypatch):
    model = network(embedding=6, layers=2)
    wanted = after(OnnxStep(model, rows=3, int8=True), TEXTS)
    monkeypatch.setattr(onnx_step, "_adds_exactly", lambda: False)
    monkeypatch.setitem(onnx_graph.__dict__, "WHOLE", "no such graph")
    assert torch.allclose(after(OnnxStep(model, rows=3, int8=True), TEXTS), wanted, atol=1e-5)


def test_what_overflows_is_noticed(monkeypatch):
    def saturating(weight, arithmetic):
        return onnx_graph.product_graph(weight.clamp(max=0.9), "float32")

    monkeypatch.setattr(onnx_step, "product_graph", saturating)
    assert not onnx_step._adds_exactly.__wrapped__()


@either
def test_a_cleared_row_remembers_nothing(kind):
    step = kind(network(embedding=6, layers=2), rows=1)
    first = after(step, TEXTS[:1])
    step.clear(0)
    assert torch.equal(after(step, TEXTS[:1]), first)


@either
def test_a_moved_row_goes_on_where_it_was(kind):
    model = network(embedding=6, layers=2)
    step = kind(model, rows=3)
    after(step, TEXTS)
    step.move(2, 0)
    step.advance([5])
    assert torch.allclose(step.scores(1), plain(model, [[*TEXTS[2], 5]]), atol=1e-5)


@either
def test_rows_may_be_put_in_another_order_and_doubled(kind):
    model = network(embedding=6, layers=2)
    step = kind(model, rows=3)
    after(step, TEXTS)
    step.reorder([2, 2, 0])
    step.advance([5, 6, 7])
    wanted = plain(model, [[*TEXTS[2], 5], [*TEXTS[2], 6], [*TEXTS[0], 7]])
    assert torch.allclose(step.scores(3), wanted, atol=1e-5)


@either
def test_the_model_is_put_into_evaluation_mode(kind):
    model = network(embedding=6, embedding_dropout=0.5).train()
    assert torch.allclose(after(kind(model, rows=3), TEXTS), plain(model, TEXTS), atol=1e-5)


def test_the_number_of_threads_may_change_between_steps():
    model = network(embedding=6)
    step = OnnxStep(model, rows=3)
    for count, tokens in zip((1, 2, 1), zip(*TEXTS, strict=True), strict=True):
        with threads(count):
            step.advance(tokens)
    assert torch.allclose(step.scores(3), plain(model, TEXTS), atol=1e-5)


def test_the_processor_runs_compiled_graphs_and_other_devices_torch():
    assert isinstance(quickest_step(network(embedding=6), rows=1), OnnxStep)
    assert isinstance(quickest_step(network(embedding=6).to("meta"), rows=1), TorchStep)
