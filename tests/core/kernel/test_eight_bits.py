import pytest
import torch

from nlpbot.core.kernel.eight_bits import in_eight_bits, in_full, rounded


@pytest.fixture
def matrix():
    return torch.randn(80, 100, generator=torch.Generator().manual_seed(0)) * torch.logspace(-3, 2, 80)[:, None]


def test_each_row_is_off_by_half_a_step_at_most(matrix):
    small = in_eight_bits({"a": matrix})
    steps = matrix.abs().amax(dim=1, keepdim=True) / 127
    assert small["a"].dtype == torch.int8
    assert ((in_full(small)["a"] - matrix).abs() <= 0.6 * steps).all()


def test_a_row_of_zeros_stays_one(matrix):
    matrix[3] = 0
    assert (in_full(in_eight_bits({"a": matrix}))["a"][3] == 0).all()


def test_small_tensors_keep_three_digits_and_whole_numbers_are_exact():
    tensors = {"bias": torch.tensor([0.1, -2.5]), "counts": torch.tensor([7, 1 << 20])}
    full = in_full(in_eight_bits(tensors))
    assert full["bias"].tolist() == pytest.approx([0.1, -2.5], rel=1e-3)
    assert torch.equal(full["counts"], tensors["counts"])


def test_what_was_never_made_small_stays_as_it_is(matrix):
    assert torch.equal(in_full({"a": matrix})["a"], matrix)


def test_to_round_again_changes_nothing(matrix):
    once = rounded({"a": matrix, "bias": matrix[0]})
    again = rounded(once)
    assert all(torch.equal(again[name], once[name]) for name in once)
    assert not torch.equal(once["a"], matrix)
