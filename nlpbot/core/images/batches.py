"""Images in mini-batches, in a random order of its own for each epoch."""

from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional as F

__all__ = ["ImageBatches"]


class ImageBatches:
    """Labelled images in mini-batches; with `shift` each is moved by up to so many pixels, anew in each epoch."""

    def __init__(
        self,
        images: Float[Tensor, "N C Y X"],
        labels: Int[Tensor, " N"],
        *,
        batch_size: int,
        seed: int,
        shift: int = 0,
    ) -> None:
        self._images = images
        self._labels = labels
        self._batch_size = batch_size
        self._seed = seed
        self._shift = shift

    def __len__(self) -> int:
        return -(-len(self._images) // self._batch_size)

    def epoch(self, number: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Return the batches of an epoch."""
        rng = np.random.default_rng((self._seed, number))
        order = torch.from_numpy(rng.permutation(len(self._images)))
        for rows in torch.split(order, self._batch_size):
            images = self._images[rows]
            yield self._shifted(images, rng) if self._shift else images, self._labels[rows]

    def _shifted(self, images: Float[Tensor, "B C Y X"], rng: np.random.Generator) -> Float[Tensor, "B C Y X"]:
        """Return each image moved by steps of its own; what leaves the picture is gone, what comes in is empty."""
        count, _, height, width = images.shape
        padded = F.pad(images, (self._shift,) * 4)
        windows = padded.unfold(2, height, 1).unfold(3, width, 1)
        down, right = torch.from_numpy(rng.integers(2 * self._shift + 1, size=(2, count)))
        return windows[torch.arange(count), :, down, right]
