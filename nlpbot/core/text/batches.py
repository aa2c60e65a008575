"""Texts as tensors: rows of like length together, so that little of a batch is padding."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor

__all__ = ["length_bucketed", "pad", "token_blocks"]


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


def token_blocks(
    ids: Int[Tensor, " N"], *, batch: int, length: int
) -> list[tuple[Int[Tensor, "B T"], Int[Tensor, "B T"]]]:
    """Return (inputs, targets) that read a long text in `batch` parallel streams, `length` tokens at a time.

    Stream b of one block goes on where it stopped in the block before, so state can be carried. Tokens that don't
    fill the streams evenly are dropped from the end; the last block may be shorter.

    Raises:
        ValueError: there are fewer tokens than two a stream.
    """
    steps = (len(ids) - 1) // batch
    if steps < 1:
        raise ValueError(f"{len(ids)} tokens; at least {batch + 1} wanted for {batch} streams")
    inputs = ids[: steps * batch].view(batch, steps)
    targets = ids[1 : steps * batch + 1].view(batch, steps)
    return [(inputs[:, t : t + length], targets[:, t : t + length]) for t in range(0, steps, length)]
