import pytest
import torch


@pytest.mark.parametrize("filler", [0, 1])
@pytest.mark.parametrize("extra", [1, 9])
def test_extra_padding_changes_nothing_whatever_it_holds(text_network, evaluated, extra, filler):
    model, rows = text_network.build(), text_network.rows()
    expected = evaluated(text_network, model, rows)
    for ours, plain in zip(evaluated(text_network, model, rows, extra=extra, filler=filler), expected, strict=True):
        assert torch.allclose(ours, plain, atol=1e-5)
