import warnings

import pytest
import torch
from torch import nn

from nlpbot.core.nn.weight_drop import WeightDropLSTM

X = torch.randn(2, 5, 3, generator=torch.Generator().manual_seed(0))
STATE = (torch.zeros(1, 2, 4), torch.zeros(1, 2, 4))


def layer(share):
    torch.manual_seed(0)
    return WeightDropLSTM(3, 4, weight_drop=share)


def test_its_weights_are_those_of_a_plain_layer_and_without_dropping_so_is_its_output():
    ours, plain = layer(0.5).eval(), nn.LSTM(3, 4, batch_first=True)
    plain.load_state_dict(ours.state_dict())
    assert torch.equal(ours(X, STATE)[0], plain(X, STATE)[0])
    assert torch.equal(layer(0.0).train()(X, STATE)[0], plain(X, STATE)[0])


def test_while_training_some_weights_are_dropped_and_only_those_between_steps():
    ours = layer(0.5).train()
    dropped, whole = ours(X, STATE)[0], ours.eval()(X, STATE)[0]
    assert torch.equal(dropped[:, 0], whole[:, 0])  # nothing came before the first step
    assert not torch.allclose(dropped[:, 1:], whole[:, 1:])


def test_dropped_weights_get_no_gradient_and_the_others_are_scaled():
    ours = layer(0.5).train()
    ours(X, STATE)[0].sum().backward()
    share = (ours.weight_hh_l0.grad == 0).float().mean().item()
    assert share == pytest.approx(0.5, abs=0.2)
    assert ours.weight_ih_l0.grad.abs().min() > 0


def test_what_cudnn_says_of_weights_in_pieces_is_not_passed_on(monkeypatch):
    """The dropped weights are new at each pass, so there is nothing to be done about it."""
    whole = torch.lstm

    def on_cuda(*given):
        warnings.warn("RNN module weights are not part of single contiguous chunk of memory. …", stacklevel=1)
        return whole(*given)

    monkeypatch.setattr(torch, "lstm", on_cuda)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        layer(0.5).train()(X, STATE)
