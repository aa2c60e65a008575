import pytest
import torch

from nlpbot.generation import gate_table, quickest_step
from nlpbot.generation.cuda_graph_step import CudaGraphStep
from nlpbot.generation.onnx_step import OnnxStep
from nlpbot.generation.temperature_sampling import sampled_rows
from nlpbot.generation.torch_step import TorchStep

SHAPES = {
    "one layer": {"embedding": 6},
    "three layers": {"embedding": 6, "layers": 3},
    "one-hot": {"embedding": 0, "layers": 2},
    "tied": {"embedding": 6, "tied": True},
}
TEXTS = [[1, 2, 3], [4, 4, 0], [10, 9, 8]]


def graph_step(model, *, rows):
    """The step of CUDA graphs, with a stand-in for the graph."""
    return CudaGraphStep(model, rows=rows, capture=lambda launch: launch() or launch)


either = pytest.mark.parametrize("kind", [OnnxStep, TorchStep, graph_step])


@either
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_steps_give_the_scores_of_the_whole(network, after, plain, shape, kind):
    model = network(**shape)
    assert torch.allclose(after(kind(model, rows=4), TEXTS), plain(model, TEXTS), atol=1e-5)


@either
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_a_vocabulary_too_large_for_a_table_gives_the_same(network, after, plain, monkeypatch, shape, kind):
    model = network(**shape)
    monkeypatch.setattr(gate_table, "MAX_BYTES", 0)
    assert torch.allclose(after(kind(model, rows=3), TEXTS), plain(model, TEXTS), atol=1e-5)


@either
def test_a_row_that_starts_anew_remembers_nothing(network, after, kind):
    model = network(embedding=6, layers=2)
    step = kind(model, rows=1)
    first = after(step, TEXTS[:1])
    step.start(0, model.initial_state(1))
    assert torch.equal(after(step, TEXTS[:1]), first)


@either
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_a_row_goes_on_from_what_the_model_has_read(network, after, plain, shape, kind):
    model = network(**shape)
    step = kind(model, rows=3)
    after(step, TEXTS)
    with torch.inference_mode():
        step.start(1, model(torch.tensor([[7, 3, 5, 1]]))[1])
    step.advance([5, 6, 7])
    expected = [[*TEXTS[0], 5], [7, 3, 5, 1, 6], [*TEXTS[2], 7]]
    for row, text in enumerate(expected):
        assert torch.allclose(step.scores(3)[row], plain(model, [text])[0], atol=1e-5)


@either
def test_a_moved_row_goes_on_where_it_was(network, after, plain, kind):
    model = network(embedding=6, layers=2)
    step = kind(model, rows=3)
    after(step, TEXTS)
    step.move(2, 0)
    step.advance([5])
    assert torch.allclose(step.scores(1), plain(model, [[*TEXTS[2], 5]]), atol=1e-5)


@either
def test_rows_may_be_put_in_another_order_and_doubled(network, after, plain, kind):
    model = network(embedding=6, layers=2)
    step = kind(model, rows=3)
    after(step, TEXTS)
    step.reorder([2, 2, 0])
    step.advance([5, 6, 7])
    expected = plain(model, [[*TEXTS[2], 5], [*TEXTS[2], 6], [*TEXTS[0], 7]])
    assert torch.allclose(step.scores(3), expected, atol=1e-5)


@either
def test_the_model_is_put_into_evaluation_mode(network, after, plain, kind):
    model = network(embedding=6, embedding_dropout=0.5).train()
    assert torch.allclose(after(kind(model, rows=3), TEXTS), plain(model, TEXTS), atol=1e-5)


def test_the_processor_runs_compiled_graphs_and_other_devices_torch(network):
    assert isinstance(quickest_step(network(embedding=6), rows=1), OnnxStep)
    assert type(quickest_step(network(embedding=6).to("meta"), rows=1, cuda_graphs=True)) is TorchStep


@pytest.mark.gpu
@pytest.mark.parametrize("graphs", [False, True])
def test_a_gpu_runs_graphs_where_they_are_asked_for(network, graphs):
    step = quickest_step(network(embedding=6).to("cuda"), rows=1, cuda_graphs=graphs)
    assert type(step) is (CudaGraphStep if graphs else TorchStep)


@either
def test_what_is_chosen_on_the_way_is_what_the_scores_say(network, kind):
    step = kind(network(embedding=6, tied=True), rows=3)
    draws = torch.rand(40, 3, generator=torch.Generator().manual_seed(0)).tolist()
    for row_draws in draws:
        temperatures = [0.0, 0.7, 3.0]
        found = step.advance_and_choose([1, 2, 3], temperatures, row_draws)
        tokens, log_probabilities = sampled_rows(step.scores(3), *torch.tensor([temperatures, row_draws])[:, :, None])
        assert [token for token, _ in found] == tokens.tolist()
        assert [value for _, value in found] == pytest.approx(log_probabilities.tolist(), abs=1e-5)


@either
def test_the_last_token_can_be_drawn_and_none_beyond_it(network, kind):
    step = kind(network(embedding=6), rows=1)
    [(token, _)] = step.advance_and_choose([1], [100.0], [1 - 1e-9])
    assert token == 10
