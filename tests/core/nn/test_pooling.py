import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.core.nn import average_pool2d, length_mask, masked_max, masked_mean, max_pool2d

X = torch.tensor([[[1.0, -4.0], [3.0, -2.0], [9.0, 9.0]], [[-1.0, -5.0], [9.0, 9.0], [9.0, 9.0]]])
MASK = length_mask(torch.tensor([2, 1]), 3)


def test_mean_and_maximum_read_only_where_the_mask_is():
    assert masked_mean(X, MASK).tolist() == [[2.0, -3.0], [-1.0, -5.0]]
    assert masked_max(X, MASK).tolist() == [[3.0, -2.0], [-1.0, -5.0]]


def test_where_there_is_no_token_both_are_zero():
    nowhere = torch.zeros(2, 3, dtype=torch.bool)
    assert masked_mean(X, nowhere).tolist() == masked_max(X, nowhere).tolist() == [[0.0, 0.0], [0.0, 0.0]]


def pooled(images, reduce, *, size, stride):
    height, width = ((side - size) // stride + 1 for side in images.shape[2:])
    rows = [
        [reduce(images[:, :, y * stride : y * stride + size, x * stride : x * stride + size], axis=(2, 3))
         for x in range(width)]
        for y in range(height)
    ]  # fmt: skip
    return np.moveaxis(np.array(rows), (0, 1), (2, 3))


@given(st.integers(1, 4), st.none() | st.integers(1, 4), st.integers(4, 9), st.integers(4, 9), st.integers(0, 99))
def test_pooling_of_images_is_its_definition(size, stride, height, width, seed):
    images = torch.randn(2, 3, height, width, generator=torch.Generator().manual_seed(seed))
    for pool, reduce in ((max_pool2d, np.max), (average_pool2d, np.mean)):
        expected = pooled(images.numpy(), reduce, size=size, stride=stride or size)
        np.testing.assert_allclose(pool(images, size=size, stride=stride).numpy(), expected, atol=1e-6)
