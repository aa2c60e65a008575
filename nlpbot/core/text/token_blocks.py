"""A long text of tokens read in parallel streams."""

from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Int, Integer
from numpy import ndarray
from torch import Tensor

__all__ = ["TokenBlocks"]


class TokenBlocks:
    """A long text read in parallel streams, block by block, as (inputs, targets) of shape (streams, length).

    Stream b of one block goes on where it stopped in the block before, so state can be carried. Tokens that don't
    fill the streams evenly are dropped from the end; the last block may be shorter. Only a block at a time is read, so
    the text may be a file mapped into memory.

    Args:
        ids: the text.
        streams: parts that are read side by side.
        length: tokens a block.

    Raises:
        ValueError: there are fewer tokens than two a stream.
    """

    def __init__(self, ids: Integer[ndarray, " N"], *, streams: int, length: int) -> None:
        steps = (len(ids) - 1) // streams
        if steps < 1:
            raise ValueError(f"{len(ids)} tokens; at least {streams + 1} expected for {streams} streams")
        self._inputs = ids[: steps * streams].reshape(streams, steps)
        self._targets = ids[1 : steps * streams + 1].reshape(streams, steps)
        self._starts = range(0, steps, length)
        self._length = length

    def __len__(self) -> int:
        return len(self._starts)

    def __iter__(self) -> Iterator[tuple[Int[Tensor, "B T"], Int[Tensor, "B T"]]]:
        for start in self._starts:
            sides = (side[:, start : start + self._length] for side in (self._inputs, self._targets))
            inputs, targets = (torch.from_numpy(side.astype(np.int64)) for side in sides)
            yield inputs, targets
