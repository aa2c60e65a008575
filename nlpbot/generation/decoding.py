"""How weights are multiplied when text is generated: in floats of some width, or in 8-bit integers."""

from typing import Literal

import torch

__all__ = ["DecodingName", "float_type"]

DecodingName = Literal["float32", "float16", "bfloat16", "int8"]
"""How weights are multiplied: CPUs take float32 or int8, other devices one of the floats."""


def float_type(decoding: DecodingName) -> torch.dtype:
    """Return the floats that a device without 8-bit products multiplies: those named, or float32 for int8."""
    return {"float16": torch.float16, "bfloat16": torch.bfloat16}.get(decoding, torch.float32)
