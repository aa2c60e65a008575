"""Pooling: many vectors to one over the tokens of a text, and regions to points over an image."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional as F

__all__ = ["average_pool2d", "masked_max", "masked_mean", "max_pool2d"]


def masked_mean(x: Float[Tensor, "B T H"], mask: Bool[Tensor, "B T"]) -> Float[Tensor, "B H"]:
    """Return the mean over the tokens where the mask is True; zeros where it is never."""
    weights = mask.unsqueeze(-1).to(x.dtype)
    return (x * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1)


def masked_max(x: Float[Tensor, "B T H"], mask: Bool[Tensor, "B T"]) -> Float[Tensor, "B H"]:
    """Return the greatest value over the tokens where the mask is True; zeros where it is never."""
    lowest = torch.finfo(x.dtype).min
    highest = x.masked_fill(~mask.unsqueeze(-1), lowest).amax(dim=1)
    return highest * mask.any(dim=1, keepdim=True).to(x.dtype)


def max_pool2d(x: Float[Tensor, "B C Y X"], *, size: int, stride: int | None = None) -> Float[Tensor, "B C y x"]:
    """Return the greatest value of each `size` by `size` window, `stride` apart (by default `size`)."""
    return F.max_pool2d(x, size, stride)


def average_pool2d(x: Float[Tensor, "B C Y X"], *, size: int, stride: int | None = None) -> Float[Tensor, "B C y x"]:
    """Return the mean of each `size` by `size` window, `stride` apart (by default `size`)."""
    return F.avg_pool2d(x, size, stride)
