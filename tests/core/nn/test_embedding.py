import numpy as np
import pytest
import torch

from nlpbot.core.nn import Embedding

VECTORS = np.random.default_rng(0).normal(3, 2, size=(6, 8)).astype(np.float32)


def test_padding_is_zero_and_no_gradient_moves_it():
    table = Embedding(5, 4, pad_id=0)
    table(torch.tensor([[0, 1, 2]])).add(1).square().sum().backward()
    assert table(torch.tensor([[0]])).abs().sum() == 0
    assert table.table.weight.grad[0].abs().sum() == 0
    assert (table.table.weight.grad[1:3] != 0).all()


def test_given_vectors_keep_their_directions_at_the_spread_of_the_table():
    table = Embedding(6, 8, pad_id=0)
    table.start_from(VECTORS, [True] * 6)
    poured = table.table.weight.detach()[1:]
    centred = torch.from_numpy(VECTORS)[1:] - torch.from_numpy(VECTORS)[1:].mean(dim=0)
    assert torch.cosine_similarity(poured, centred).tolist() == pytest.approx([1.0] * 5, abs=1e-5)
    assert float(poured.std()) == pytest.approx(8**-0.5, rel=1e-4)


def test_unknown_tokens_and_padding_keep_what_they_have():
    table = Embedding(6, 8, pad_id=0)
    before = table.table.weight.detach().clone()
    table.start_from(VECTORS, [True, True, True, False, True, False])
    after = table.table.weight.detach()
    assert [bool((before[row] == after[row]).all()) for row in range(6)] == [True, False, False, True, False, True]


def test_being_given_nothing_changes_nothing():
    table = Embedding(6, 8, pad_id=0)
    before = table.table.weight.detach().clone()
    table.start_from(VECTORS, [True, False, False, False, False, False])
    assert torch.equal(before, table.table.weight)


def test_dropout_drops_tokens_whole_wherever_they_stand():
    torch.manual_seed(0)
    table = Embedding(50, 4, dropout=0.5)
    out = table(torch.arange(50).repeat(2, 1))
    gone = (out == 0).all(dim=-1)
    assert torch.equal(gone[0], gone[1])
    assert 10 < int(gone[0].sum()) < 40
    assert torch.allclose(out[0][~gone[0]], 2 * table.table.weight[~gone[0]])
    assert torch.equal(table.eval()(torch.arange(50)[None])[0], table.table.weight)
