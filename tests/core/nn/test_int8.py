import pytest
import torch

from nlpbot.core.nn import int8
from nlpbot.core.nn.int8 import Int8Weight


def product(weight, x):
    with torch.inference_mode():
        out = torch.empty(len(x), len(weight))
        return Int8Weight(weight).add_product(torch.zeros(len(weight)), x, out=out)


def numbers(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(("outputs", "inputs"), [(7, 5), (65, 512), (256, 64), (1024, 256)])
def test_a_product_is_that_of_floats_but_for_a_percent(outputs, inputs):
    weight, x = numbers(outputs, inputs), numbers(3, inputs, seed=1)
    assert ((product(weight, x) - x @ weight.T).norm() / (x @ weight.T).norm()) < 0.015


def test_what_it_is_added_to_may_be_where_it_is_written():
    weight, x, added = numbers(9, 6), numbers(4, 6, seed=1), numbers(4, 9, seed=2)
    wanted = product(weight, x) + added
    with torch.inference_mode():
        Int8Weight(weight).add_product(added, x, out=added)
    assert torch.allclose(added, wanted, atol=1e-5)


@pytest.mark.parametrize(("outputs", "inputs"), [(2048, 512), (96, 40)])
def test_rows_beside_it_change_no_bit_of_a_row(outputs, inputs):
    weight, x = numbers(outputs, inputs), numbers(33, inputs, seed=1)
    x[5] *= 1000  # a scale for all rows would drown the others
    together = product(weight, x)
    for row in (0, 5, 32):
        assert torch.equal(product(weight, x[row : row + 1])[0], together[row])


def test_each_output_has_its_own_scale():
    weight = numbers(4, 16)
    weight[1] *= 1000
    x = numbers(1, 16, seed=1)
    assert torch.allclose(product(weight, x)[0, 0], (x @ weight.T)[0, 0], atol=0.1)


def test_zeros_stay_zeros():
    assert not product(torch.zeros(4, 8), torch.zeros(2, 8)).any()


def test_where_the_kernel_overflows_floats_take_its_place(monkeypatch):
    """Before VNNI two products are added in 16 bits, which saturate."""

    def saturating(whole, scale):
        def add_product(added, x, out):
            out.copy_(added + (x @ whole.T).clamp(-(2**15), 2**15 - 1) * scale)

        return add_product

    weight, x = numbers(8, 64), numbers(2, 64, seed=1)
    wanted = product(weight, x)
    monkeypatch.setattr(int8, "_by_whole_numbers", saturating)
    weight[0] = 1.0  # so that the largest inputs overflow
    assert torch.allclose(product(weight, x)[:, 1:], wanted[:, 1:], atol=1e-5)


def test_without_onednn_floats_give_the_same(monkeypatch):
    weight, x = numbers(8, 64), numbers(2, 64, seed=1)
    wanted = product(weight, x)
    monkeypatch.setattr(int8, "_by_whole_numbers", lambda whole, scale: None)
    assert torch.allclose(product(weight, x), wanted, atol=1e-6)
