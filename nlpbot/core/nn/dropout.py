"""Dropout that suits sequences: one mask for all time steps."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

__all__ = ["LockedDropout"]


class LockedDropout(nn.Module):
    """Dropout whose mask stays the same over the time steps of a sequence.

    Args:
        probability: that a feature is dropped, 0 to 1.

    Source: Gal and Ghahramani 2016, A theoretically grounded application of dropout in recurrent neural networks.
    """

    def __init__(self, probability: float) -> None:
        super().__init__()
        self.probability = probability

    def forward(self, x: Float[Tensor, "B T H"]) -> Float[Tensor, "B T H"]:
        """Return x with features dropped while training, x itself otherwise."""
        if not self.training or self.probability == 0:
            return x
        keep = 1 - self.probability
        mask = torch.empty(x.shape[0], 1, x.shape[2], device=x.device, dtype=x.dtype).bernoulli_(keep)
        return x * mask / keep
