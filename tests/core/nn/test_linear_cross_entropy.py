import pytest
import torch
from torch.nn import functional as F

from nlpbot.core.nn.linear_cross_entropy import linear_cross_entropy

TARGETS = torch.tensor([0, 2, 2, 4])
OFFSET = torch.tensor([0.5, -1.0, 0.0, 2.0])


def numbers(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)).requires_grad_()


@pytest.fixture
def parts():
    return numbers(4, 3), numbers(5, 3, seed=1), numbers(5, seed=2)


def by_autograd(features, weight, bias, offset=None):
    scores = F.linear(features, weight, bias)
    if offset is not None:
        scores = scores + F.one_hot(TARGETS, 5) * offset[:, None]
    return F.cross_entropy(scores, TARGETS)


@pytest.mark.parametrize("factor", [1, 3])
@pytest.mark.parametrize("offset", [None, OFFSET])
def test_loss_and_gradients_are_those_of_autograd(parts, offset, factor):
    loss, expected = linear_cross_entropy(*parts, TARGETS, own_offset=offset), by_autograd(*parts, offset)
    assert torch.allclose(loss, expected)
    for found, right in zip(
        torch.autograd.grad(factor * loss, parts), torch.autograd.grad(factor * expected, parts), strict=True
    ):
        assert torch.allclose(found, right, atol=1e-6)


def test_without_gradients_only_the_loss_is_computed(parts):
    with torch.no_grad():
        assert torch.allclose(linear_cross_entropy(*parts, TARGETS), by_autograd(*parts))


def test_an_unlikely_target_has_a_finite_loss():
    features, weight = torch.tensor([[200.0]], requires_grad=True), torch.tensor([[1.0], [-1.0]])
    loss = linear_cross_entropy(features, weight, torch.zeros(2), torch.tensor([1]))
    assert loss.item() == 400
    loss.backward()
    assert float(features.grad) == 2
