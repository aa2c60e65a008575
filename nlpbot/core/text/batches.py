"""Texts as tensors: rows of like length together, so that little of a batch is padding."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from jaxtyping import Int, Integer
from numpy import ndarray
from torch import Tensor

__all__ = ["TokenBlocks", "length_bucketed", "pad"]


def pad(sequences: Sequence[Sequence[int]], pad_id: int = 0) -> tuple[Int[Tensor, "B T"], Int[Tensor, " B"]]:
    """Return rows filled up to the longest, and the length of each; an empty row becomes one pad.

    Raises:
        ValueError: there are no rows.
    """
    if not sequences:
        raise ValueError("at least one row wanted")
    lengths = [max(len(row), 1) for row in sequences]
    ids = torch.full((len(sequences), max(lengths)), pad_id, dtype=torch.long)
    for index, row in enumerate(sequences):
        ids[index, : len(row)] = torch.as_tensor(row, dtype=torch.long)
    return ids, torch.tensor(lengths)


def length_bucketed(
    lengths: Sequence[int], *, batch_size: int, rng: np.random.Generator | None = None
) -> list[list[int]]:
    """Return batches of row numbers: like lengths together, batches and ties in random order.

    Args:
        lengths: tokens in each row.
        batch_size: rows in a batch; the last may be shorter.
        rng: None keeps the order of lengths, for work whose result is put back in place.
    """
    order = np.arange(len(lengths)) if rng is None else rng.permutation(len(lengths))
    order = order[np.argsort(np.asarray(lengths)[order], kind="stable")]
    batches = [order[start : start + batch_size].tolist() for start in range(0, len(order), batch_size)]
    if rng is not None:
        rng.shuffle(batches)
    return batches


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
            raise ValueError(f"{len(ids)} tokens; at least {streams + 1} wanted for {streams} streams")
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
