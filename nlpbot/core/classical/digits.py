"""The handwritten digits that come with scikit-learn: 1,797 images of 8 by 8 pixels.

Source: Alpaydin and Kaynak 1998, Optical recognition of handwritten digits, UCI Machine Learning Repository.
"""

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from sklearn.datasets import load_digits

__all__ = ["bundled_digits"]

DARKEST = 16


def bundled_digits() -> tuple[Float[ndarray, "N 8 8"], Int[ndarray, " N"]]:
    """Return the images, from 0 paper to 1 ink, and their digits."""
    digits = load_digits()
    return (digits.images / DARKEST).astype(np.float32), digits.target.astype(np.int64)
