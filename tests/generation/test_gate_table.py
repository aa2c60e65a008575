import pytest
import torch

from nlpbot.generation import gate_table
from nlpbot.generation.lstm_cell import gates_in_order


@pytest.mark.parametrize("embedding", [0, 6])
def test_a_row_is_what_the_token_adds_to_the_gates(network, embedding):
    model = network(embedding=embedding)
    layer = model.layers[0]
    with torch.no_grad():
        vector = model.embed(torch.tensor([[7]]))[0, 0]
        expected = layer.weight_ih_l0 @ vector + layer.bias_ih_l0 + layer.bias_hh_l0
    assert torch.allclose(gate_table.gate_table(model)[7], gates_in_order(expected), atol=1e-6)


def test_a_table_that_would_be_too_large_is_none(network, monkeypatch):
    monkeypatch.setattr(gate_table, "MAX_BYTES", 11 * 4 * 10 * 4 - 1)
    assert gate_table.gate_table(network(embedding=6)) is None
    monkeypatch.setattr(gate_table, "MAX_BYTES", 11 * 4 * 10 * 4)
    assert gate_table.gate_table(network(embedding=6)) is not None
