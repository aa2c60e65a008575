import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.core.nn import LSTMEncoder, length_mask, reverse_by_length

lengths_of_texts = st.lists(st.integers(1, 6), min_size=1, max_size=5)


def numbered(lengths, steps):
    return torch.randn(len(lengths), steps, 3, generator=torch.Generator().manual_seed(sum(lengths)))


@given(lengths_of_texts, st.integers(0, 3))
def test_the_mask_is_true_as_often_as_a_text_has_tokens(lengths, extra):
    mask = length_mask(torch.tensor(lengths), max(lengths) + extra)
    assert mask.sum(dim=1).tolist() == lengths
    assert all(mask[row, :length].all() for row, length in enumerate(lengths))


@given(lengths_of_texts, st.integers(0, 3))
def test_reversing_turns_each_text_by_itself_and_leaves_padding(lengths, extra):
    x = numbered(lengths, max(lengths) + extra)
    turned = reverse_by_length(x, torch.tensor(lengths))
    for row, length in enumerate(lengths):
        assert torch.equal(turned[row, :length], x[row, :length].flip(0))
        assert torch.equal(turned[row, length:], x[row, length:])
    assert torch.equal(reverse_by_length(turned, torch.tensor(lengths)), x)


@pytest.mark.parametrize("layers", [1, 2])
def test_both_directions_equal_torchs_bidirectional_lstm_on_packed_texts(layers):
    torch.manual_seed(0)
    ours = LSTMEncoder(3, 4, layers=layers, bidirectional=True).eval()
    torchs = torch.nn.LSTM(3, 4, num_layers=layers, bidirectional=True, batch_first=True)
    weights = {}
    for layer in range(layers):
        for direction, stack in (("", ours.forwards), ("_reverse", ours.backwards)):
            for name, value in stack[layer].state_dict().items():
                weights[name.replace("_l0", f"_l{layer}{direction}")] = value
    torchs.load_state_dict(weights)
    lengths = torch.tensor([2, 6, 1, 4])
    x = numbered([2, 6, 1, 4], 6)
    packed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    expected, _ = torch.nn.utils.rnn.pad_packed_sequence(torchs(packed)[0], batch_first=True)
    mask = length_mask(lengths, 6)
    assert ours.size == 8
    assert torch.allclose(ours(x, lengths)[mask], expected[mask], atol=1e-6)


def test_one_direction_reads_nothing_of_what_comes_later():
    torch.manual_seed(0)
    encoder, x = LSTMEncoder(3, 4), numbered([5], 5)
    changed = x.clone()
    changed[0, 3:] += 1
    before, after = encoder(x, torch.tensor([5])), encoder(changed, torch.tensor([5]))
    assert torch.equal(before[0, :3], after[0, :3])
    assert not torch.equal(before[0, 3:], after[0, 3:])


def test_dropout_falls_between_layers_while_training_only():
    torch.manual_seed(0)
    encoder, x, lengths = LSTMEncoder(3, 4, layers=2, dropout=0.5), numbered([5], 5), torch.tensor([5])
    assert not torch.equal(encoder(x, lengths), encoder(x, lengths))
    encoder.eval()
    assert torch.equal(encoder(x, lengths), encoder(x, lengths))
