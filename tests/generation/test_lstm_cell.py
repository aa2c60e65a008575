import torch
from torch import nn

from nlpbot.generation.lstm_cell import cell_update, gates_in_order


def test_two_steps_are_those_of_torchs_cell():
    torch.manual_seed(0)
    theirs = nn.LSTMCell(3, 5)
    weight = gates_in_order(torch.cat([theirs.weight_ih, theirs.weight_hh], dim=1))
    bias = gates_in_order(theirs.bias_ih + theirs.bias_hh)
    gates, cell, output = torch.empty(4, 20), torch.zeros(4, 5), torch.zeros(4, 5)
    update, state = cell_update(gates, cell, output), (torch.zeros(4, 5), torch.zeros(4, 5))
    with torch.no_grad():
        for x in torch.randn(2, 4, 3):
            torch.addmm(bias, torch.cat([x, output], dim=1), weight.T, out=gates)
            update()
            state = theirs(x, state)
    assert torch.allclose(output, state[0], atol=1e-6)
    assert torch.allclose(cell, state[1], atol=1e-6)


def test_parameters_are_cut_off_from_training():
    assert not gates_in_order(nn.LSTM(2, 3).weight_hh_l0).requires_grad
