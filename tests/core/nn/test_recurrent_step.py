import pytest
import torch

from nlpbot.core.nn import LanguageModel, LanguageModelConfig, RecurrentStep, recurrent_step

SHAPES = {
    "one layer": {"embedding": 6},
    "three layers": {"embedding": 6, "layers": 3},
    "one-hot": {"embedding": 0, "layers": 2},
    "tied": {"embedding": 6, "tied": True},
}
TEXTS = [[1, 2, 3], [4, 4, 0], [10, 9, 8]]


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


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_steps_give_the_scores_of_the_whole(shape):
    model = network(**shape)
    assert torch.allclose(after(RecurrentStep(model, rows=4), TEXTS), plain(model, TEXTS), atol=1e-5)


def test_a_vocabulary_too_large_for_a_table_gives_the_same(monkeypatch):
    model = network(**SHAPES["one layer"])
    monkeypatch.setattr(recurrent_step, "MAX_TABLE_BYTES", 0)
    assert torch.allclose(after(RecurrentStep(model, rows=3), TEXTS), plain(model, TEXTS), atol=1e-5)


@pytest.mark.parametrize("head", [0, 1 << 18])
def test_whole_numbers_come_near_and_are_not_the_same(monkeypatch, head):
    monkeypatch.setattr(recurrent_step, "LEAST_INT8_HEAD", head)
    model = network(embedding=6, layers=2)
    scores, wanted = after(RecurrentStep(model, rows=3, decoding="int8"), TEXTS), plain(model, TEXTS)
    assert not torch.equal(scores, wanted)
    assert torch.allclose(scores, wanted, atol=0.05)


def test_a_cleared_row_remembers_nothing():
    step = RecurrentStep(network(embedding=6, layers=2), rows=1)
    first = after(step, TEXTS[:1])
    step.clear(0)
    assert torch.equal(after(step, TEXTS[:1]), first)


def test_a_moved_row_goes_on_where_it_was():
    model = network(embedding=6, layers=2)
    step = RecurrentStep(model, rows=3)
    after(step, TEXTS)
    step.move(2, 0)
    step.advance([5])
    assert torch.allclose(step.scores(1), plain(model, [[*TEXTS[2], 5]]), atol=1e-5)


def test_rows_may_be_put_in_another_order_and_doubled():
    model = network(embedding=6, layers=2)
    step = RecurrentStep(model, rows=3)
    after(step, TEXTS)
    step.reorder([2, 2, 0])
    step.advance([5, 6, 7])
    wanted = plain(model, [[*TEXTS[2], 5], [*TEXTS[2], 6], [*TEXTS[0], 7]])
    assert torch.allclose(step.scores(3), wanted, atol=1e-5)


def test_the_model_is_put_into_evaluation_mode():
    model = network(embedding=6, embedding_dropout=0.5).train()
    step = RecurrentStep(model, rows=3)
    assert torch.allclose(after(step, TEXTS), plain(model, TEXTS), atol=1e-5)
