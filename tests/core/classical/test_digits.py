import numpy as np

from nlpbot.core.classical.digits import bundled_digits


def test_the_bundled_digits_are_ink_between_0_and_1() -> None:
    images, digits = bundled_digits()
    assert images.shape == (1797, 8, 8)
    assert (images.min(), images.max()) == (0, 1)
    assert sorted(set(digits.tolist())) == list(range(10))
    assert images[digits == 1].mean() < images[digits == 8].mean()  # an eight takes more ink
    assert np.unique(digits[:10]).tolist() == list(range(10))
