"""Images in mini-batches, in a random order of its own for each epoch."""

from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

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
            if self._shift:
                moves = rng.integers(-self._shift, self._shift + 1, size=2)
                images = torch.roll(images, tuple(int(move) for move in moves), dims=(2, 3))
            yield images, self._labels[rows]
