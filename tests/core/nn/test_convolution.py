import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.core.nn import Convolution2d, convolved_size


def convolved(images, filters, bias, *, stride, padding):
    """The definition, with loops: a product sum at each place of the padded image."""
    padded = np.pad(images, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    kernel = filters.shape[-1]
    height, width = ((side - kernel) // stride + 1 for side in padded.shape[2:])
    out = np.zeros((len(images), len(filters), height, width))
    for y in range(height):
        for x in range(width):
            window = padded[:, :, y * stride : y * stride + kernel, x * stride : x * stride + kernel]
            out[:, :, y, x] = np.einsum("bcij,fcij->bf", window, filters) + bias
    return out


@st.composite
def shapes(draw):
    kernel, padding = draw(st.integers(1, 4)), draw(st.integers(0, 2))
    smallest = max(kernel - 2 * padding, 1)
    height, width = draw(st.integers(smallest, 9)), draw(st.integers(smallest, 9))
    channels = draw(st.integers(1, 3))
    return (draw(st.integers(1, 3)), channels, height, width), draw(st.integers(1, 4)), kernel, padding


@given(shapes(), st.integers(1, 3), st.booleans(), st.integers(0, 99))
def test_convolution_is_its_definition(shape, stride, bias, seed):
    (batch, channels, height, width), outputs, kernel, padding = shape
    torch.manual_seed(seed)
    layer = Convolution2d(channels, outputs, kernel=kernel, stride=stride, padding=padding, bias=bias)
    images = torch.randn(batch, channels, height, width)
    numbers = layer.filters.bias.detach().numpy() if bias else np.zeros(outputs)
    expected = convolved(images.numpy(), layer.filters.weight.detach().numpy(), numbers, stride=stride, padding=padding)
    found = layer(images).detach().numpy()
    assert found.shape[2:] == tuple(
        convolved_size(side, kernel, stride=stride, padding=padding) for side in (height, width)
    )
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_without_bias_nothing_is_added():
    layer = Convolution2d(1, 2, kernel=3, bias=False)
    assert layer(torch.zeros(1, 1, 4, 4)).abs().sum() == 0
