import pytest
import torch

from nlpbot.core.nn import AttentionPooling, length_mask

X = torch.randn(3, 5, 4, generator=torch.Generator().manual_seed(0))
MASK = length_mask(torch.tensor([5, 2, 1]), 5)


@pytest.fixture
def attention():
    torch.manual_seed(0)
    return AttentionPooling(4, hidden=8)


def test_weights_sum_to_one_and_padding_has_none(attention):
    weights = attention.weights(X, MASK)
    assert weights.sum(dim=1).tolist() == pytest.approx([1.0, 1.0, 1.0])
    assert (weights[~MASK] == 0).all()
    assert (weights[MASK] > 0).all()


def test_the_result_is_the_weighted_mean_of_the_tokens(attention):
    weights = attention.weights(X, MASK)
    by_hand = torch.stack([sum(w * x for w, x in zip(weights[row], X[row])) for row in range(3)])
    assert torch.allclose(attention(X, MASK), by_hand, atol=1e-6)


def test_a_text_of_one_token_is_that_token(attention):
    assert torch.allclose(attention(X, MASK)[2], X[2, 0])


def test_what_stands_on_padding_changes_nothing(attention):
    other = torch.where(MASK[:, :, None], X, torch.full_like(X, 1e6))
    assert torch.equal(attention(other, MASK), attention(X, MASK))
