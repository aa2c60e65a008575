"""Training data in mini-batches: which rows go together, and how rows become tensors, are two functions."""

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor

__all__ = ["Collate", "Order", "ShuffledBatches", "length_bucketed", "pad", "shuffled"]

Batch = TypeVar("Batch")
Order = Callable[[np.random.Generator], Sequence[Sequence[int]]]
"""Gives an epoch's batches, each as numbers of rows."""
Collate = Callable[[Sequence[int], np.random.Generator], Batch]
"""Makes a batch of some rows; what is random in it, such as a shift of images, draws from the generator."""


class ShuffledBatches(Generic[Batch]):
    """Mini-batches in an order of its own for each epoch; the same seed and epoch give the same batches.

    Args:
        order: which rows go together.
        collate: makes a batch of them.
        count: batches of an epoch.
        seed: of everything random.
    """

    def __init__(self, order: Order, collate: Collate[Batch], *, count: int, seed: int) -> None:
        self._order = order
        self._collate = collate
        self._count = count
        self._seed = seed

    def __len__(self) -> int:
        return self._count

    def epoch(self, number: int) -> Iterator[Batch]:
        """Return the batches of an epoch, counted from 0."""
        rng = np.random.default_rng((self._seed, number))
        for rows in self._order(rng):
            yield self._collate(rows, rng)


def shuffled(rows: int, *, batch_size: int) -> Order:
    """Return the order that takes rows as they come, shuffled anew for each epoch."""

    def order(rng: np.random.Generator) -> Sequence[Sequence[int]]:
        numbers = rng.permutation(rows).tolist()
        return [numbers[start : start + batch_size] for start in range(0, rows, batch_size)]

    return order


def length_bucketed(
    lengths: Sequence[int], *, batch_size: int, rng: np.random.Generator | None = None
) -> list[list[int]]:
    """Return batches of row numbers: like lengths together, so that little is padding; batches in random order.

    Args:
        lengths: of each row.
        batch_size: rows in a batch; the last may be shorter.
        rng: None keeps the order of lengths, for work whose result is put back in place.
    """
    order = np.arange(len(lengths)) if rng is None else rng.permutation(len(lengths))
    order = order[np.argsort(np.asarray(lengths)[order], kind="stable")]
    batches = [order[start : start + batch_size].tolist() for start in range(0, len(order), batch_size)]
    if rng is not None:
        rng.shuffle(batches)
    return batches


def pad(sequences: Sequence[Sequence[int]], pad_id: int = 0) -> tuple[Int[Tensor, "B T"], Int[Tensor, " B"]]:
    """Return rows filled up to the longest, and the length of each; an empty row becomes one pad.

    Raises:
        ValueError: there are no rows.
    """
    if not sequences:
        raise ValueError("at least one row expected")
    lengths = [max(len(row), 1) for row in sequences]
    ids = torch.full((len(sequences), max(lengths)), pad_id, dtype=torch.long)
    for index, row in enumerate(sequences):
        ids[index, : len(row)] = torch.as_tensor(row, dtype=torch.long)
    return ids, torch.tensor(lengths)
