import math

import pytest
import torch
from torch import nn

from nlpbot.core.nn import (
    EncoderBatch,
    SentenceEncoder,
    SentenceEncoderConfig,
    TaughtEncoder,
    Words,
    sentence_loss,
)

CONFIG = SentenceEncoderConfig(words=5, parts=7, embedding=4, hidden=6, size=8)


def words(*places, lengths=None):
    """Some texts of three words, of which the last is not known and only read by its parts."""
    rows = torch.tensor(places)
    lengths = torch.tensor(lengths or [rows.shape[1]] * len(rows))
    return Words(torch.tensor([1, 2, 0]), torch.tensor([1, 2, 3, 4]), torch.tensor([0, 1, 2]), rows, lengths)


@pytest.fixture
def network():
    torch.manual_seed(0)
    return SentenceEncoder(CONFIG).eval()


def test_vectors_have_length_one(network):
    assert network(words([0, 1], [2, 2])).norm(dim=1).tolist() == pytest.approx([1, 1], abs=1e-5)


def test_the_order_of_words_matters(network):
    assert not torch.allclose(network(words([0, 1, 2])), network(words([2, 1, 0])), atol=1e-3)


def test_a_word_that_is_not_known_is_read_by_its_parts(network):
    before = network(words([2, 2]))
    with torch.no_grad():
        network.parts.weight[3:5] += 1
    assert not torch.allclose(network(words([2, 2])), before, atol=1e-3)


def test_texts_come_back_in_their_order_however_they_are_padded_together(network):
    model = TaughtEncoder(network, {"use": 3}).eval()
    together, said = model([words([0, 1], [1, 2])], torch.tensor([0, 1]))
    apart, said_apart = model([words([1, 2]), words([0, 1])], torch.tensor([1, 0]))
    assert torch.allclose(together, apart, atol=1e-5)
    assert torch.allclose(said["use"], said_apart["use"], atol=1e-5)


class Fixed(nn.Module):
    """Gives the same vectors whatever it is asked."""

    scale = torch.tensor(1.0)

    def __init__(self, vectors, said):
        super().__init__()
        self.answer = vectors, said

    def forward(self, *_):
        return self.answer


def batch(taught, meanings):
    return EncoderBatch([], torch.tensor([]), taught, torch.tensor(meanings, dtype=torch.long))


def test_a_text_is_to_be_where_its_teacher_puts_it():
    said = {"use": torch.eye(2)}
    taught = {"use": (torch.tensor([1]), torch.tensor([[0.6, 0.8]]))}
    loss, _ = sentence_loss(Fixed(torch.eye(2), said), batch(taught, []), None)
    assert loss.item() == pytest.approx(0.2)


def test_a_text_is_to_be_told_apart_from_others_where_its_teacher_puts_them():
    said = {"use": torch.tensor([[0.1, 0.0], [0.0, 0.1]])}
    taught = {"use": (torch.arange(2), torch.eye(2))}
    loss, _ = sentence_loss(Fixed(torch.eye(2), said), batch(taught, []), None)
    assert loss.item() == pytest.approx(0.9 + math.log(1 + math.exp(-2)))  # 20 times .1


def test_a_text_is_to_find_its_pair_among_the_others_and_none_of_its_own_meaning_counts():
    piece, one, other = torch.tensor([[9.0, 9.0]]), torch.eye(2), torch.eye(2)
    vectors = torch.cat([piece, one, other])
    loss, _ = sentence_loss(Fixed(vectors, {}), batch({}, [3, 4]), None)
    assert loss.item() == pytest.approx(0.3 * math.log(1 + math.exp(-1)))
    twins, _ = sentence_loss(Fixed(vectors, {}), batch({}, [3, 3]), None)
    assert twins.item() == pytest.approx(0)


def test_an_lstm_at_first_has_no_say(network):
    torch.manual_seed(1)
    words_only = SentenceEncoder(CONFIG.model_copy(update={"hidden": 0})).eval()
    network.start_from(words_only)
    assert torch.allclose(network(words([0, 1, 2])), words_only(words([0, 1, 2])), atol=1e-5)
    assert torch.allclose(network(words([0, 1, 2])), network(words([2, 1, 0])), atol=1e-5)


def test_what_learns_goes_on_with_all_that_was_learned(network):
    torch.manual_seed(1)
    first = TaughtEncoder(SentenceEncoder(CONFIG.model_copy(update={"hidden": 0})), {"use": 3}).eval()
    second = TaughtEncoder(network, {"use": 3}).eval()
    second.start_from(first)
    for ours, theirs in zip(second([words([0, 1])], torch.tensor([0])), first([words([0, 1])], torch.tensor([0]))):
        assert torch.allclose(
            ours["use"] if isinstance(ours, dict) else ours,
            theirs["use"] if isinstance(theirs, dict) else theirs,
            atol=1e-5,
        )
