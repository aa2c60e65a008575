"""Matrix products in 8-bit whole numbers, each row of numbers scaled by itself, so that batch mates change nothing."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["Int8Weight"]

STEPS = 127
"""Whole numbers on either side of zero."""
SMALLEST = 1e-12
"""A step in a row of zeros, which is divided by."""
FEWEST_ROWS = 4
"""Rows in a product at least: for one or two, oneDNN leaves its quick kernel at some widths and takes far longer."""

AddProduct = Callable[[Tensor, Tensor, Tensor], None]
"""Called with what is added, the inputs, and where the sum is written."""


class Int8Weight:
    """A matrix that is multiplied in whole numbers of 8 bits: a quarter of the memory to read for each step.

    Each output has its scale, and so has each row of an input, found at every product. Sums are exact, so a row's
    result is the same to the last bit whatever other rows run beside it. Where the processor has no exact kernel
    (those before VNNI overflow), or on another device, the same whole numbers are multiplied as floats: right, but
    no quicker.

    Args:
        weight: from K inputs to N outputs.

    Source: Jacob et al. 2018, Quantization and training of neural networks for efficient integer-arithmetic-only
    inference; Dettmers et al. 2022, LLM.int8() (a scale a row and a scale an output).
    """

    def __init__(self, weight: Float[Tensor, "N K"]) -> None:
        scales = _scales(weight)
        whole, scale = (weight / scales).round(), scales[:, 0]
        exact = _by_floats(whole, scale)
        quick = _by_whole_numbers(whole, scale) if weight.device.type == "cpu" else None
        self._add_product = quick if quick is not None and _agree(quick, exact, whole) else exact

    def add_product(
        self, added: Float[Tensor, "*B N"], x: Float[Tensor, "B K"], *, out: Float[Tensor, "B N"]
    ) -> Float[Tensor, "B N"]:
        """Return `added` plus the product of the inputs and the matrix, written into `out`, which may be `added`."""
        self._add_product(added, x, out)
        return out


def _scales(rows: Float[Tensor, "B K"]) -> Float[Tensor, "B 1"]:
    """Return what one step is worth in each row, so that its peak is the last step."""
    return rows.abs().amax(dim=1, keepdim=True).mul_(1 / STEPS).clamp_(min=SMALLEST)


def _by_floats(whole: Float[Tensor, "N K"], scale: Float[Tensor, " N"]) -> AddProduct:
    """Return the product by floats, which hold whole numbers up to 2²⁴."""
    turned = whole.T.contiguous()

    def add_product(added: Tensor, x: Tensor, out: Tensor) -> None:
        scales = _scales(x)
        sums = torch.div(x, scales).round_() @ turned
        torch.addcmul(added, sums.mul_(scale), scales, out=out)

    return add_product


def _by_whole_numbers(whole: Float[Tensor, "N K"], scale: Float[Tensor, " N"]) -> AddProduct | None:
    """Return oneDNN's product by whole numbers, or None where torch was built without it."""
    if "onednn" not in torch.backends.quantized.supported_engines:
        return None
    packed = torch.ops.onednn.qlinear_prepack(whole.to(torch.int8), None)
    zeros = torch.zeros_like(scale, dtype=torch.int32)
    multiply = torch.ops.onednn.qlinear_pointwise.default
    few = torch.zeros(FEWEST_ROWS, whole.shape[1], dtype=torch.int8)

    def add_product(added: Tensor, x: Tensor, out: Tensor) -> None:
        scales = _scales(x)
        steps = torch.div(x, scales).round_()
        if len(x) < FEWEST_ROWS:
            few[: len(x)] = steps
            rows = few
        else:
            rows = steps.to(torch.int8)
        sums: Tensor = multiply(rows, 1.0, 0, packed, scale, zeros, None, 1.0, 0, torch.float32, "none", [], "")
        torch.addcmul(added, sums[: len(x)], scales, out=out)

    return add_product


def _agree(quick: AddProduct, exact: AddProduct, whole: Float[Tensor, "N K"]) -> bool:
    """Return whether a product holds at the largest inputs, where a processor that adds in 16 bits overflows."""
    x = torch.full((2, whole.shape[1]), float(STEPS))
    x[1] *= -1
    found, wanted = torch.zeros(2, 2, len(whole))
    quick(torch.zeros(len(whole)), x, found)
    exact(torch.zeros(len(whole)), x, wanted)
    return torch.allclose(found, wanted, rtol=1e-4, atol=1e-4 * float(wanted.abs().max()))
