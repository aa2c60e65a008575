"""Matrices in 8 bits: a fourth of the bytes for an error in the third digit, each row with a scale of its own."""

from collections.abc import Mapping

import torch
from torch import Tensor

__all__ = ["in_eight_bits", "in_full", "rounded"]

MOST = 127
SCALE = ".scale"
FEWEST = 4096
"""Numbers of a matrix that is worth it; what is smaller keeps 16 bits."""


def in_eight_bits(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return named tensors with matrices in 8 bits and their scales beside them, and what else is of numbers in 16."""
    small: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if not tensor.is_floating_point():
            small[name] = tensor
        elif tensor.dim() != 2 or tensor.numel() < FEWEST:
            small[name] = tensor.half()
        else:
            scale = (tensor.abs().amax(dim=1, keepdim=True) / MOST).half()
            steps = torch.where(scale > 0, scale.float(), 1.0)
            small[name] = (tensor.float() / steps).round().clamp(-MOST, MOST).to(torch.int8)
            small[name + SCALE] = scale
    return small


def in_full(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return named tensors in single precision that `in_eight_bits` made small; others stay as they are."""
    full: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if name.endswith(SCALE):
            continue
        if name + SCALE in tensors:
            full[name] = tensor.float() * tensors[name + SCALE].float()
        else:
            full[name] = tensor.float() if tensor.dtype == torch.float16 else tensor
    return full


def rounded(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return named tensors as they come back from 8 bits; to round them again changes nothing."""
    return in_full(in_eight_bits(tensors))
