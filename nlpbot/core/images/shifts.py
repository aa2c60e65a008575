"""Images moved by a few pixels, so that a network learns that the place in the picture says little."""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

__all__ = ["shifted"]


def shifted(images: Float[Tensor, "B C Y X"], most: int, rng: np.random.Generator) -> Float[Tensor, "B C Y X"]:
    """Return each image moved by steps of its own; what leaves the picture is gone, what comes in is empty.

    Args:
        images: left as they are.
        most: pixels in each direction; 0 moves nothing and draws nothing.
        rng: draws the steps.
    """
    if not most:
        return images
    count, _, height, width = images.shape
    windows = F.pad(images, (most,) * 4).unfold(2, height, 1).unfold(3, width, 1)
    down, right = torch.from_numpy(rng.integers(2 * most + 1, size=(2, count)))
    return windows[torch.arange(count), :, down, right]
