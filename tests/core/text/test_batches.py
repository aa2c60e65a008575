from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.core.text.batches import TokenBlocks, length_bucketed, pad


def test_rows_are_filled_up_and_keep_their_lengths() -> None:
    ids, lengths = pad([[1, 2, 3], [], [4]], pad_id=9)
    assert ids.tolist() == [[1, 2, 3], [9, 9, 9], [4, 9, 9]]
    assert lengths.tolist() == [3, 1, 1]  # an empty row is one pad, so that every row has something to read
    with pytest.raises(ValueError, match="at least one row"):
        pad([])


@given(st.lists(st.integers(0, 30), max_size=40), st.integers(1, 7), st.integers(0, 5) | st.none())
def test_every_row_is_in_one_batch_with_rows_of_like_length(lengths: list[int], size: int, seed: int | None) -> None:
    rng = None if seed is None else np.random.default_rng(seed)
    batches = length_bucketed(lengths, batch_size=size, rng=rng)
    assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
    assert sorted((len(batch) for batch in batches), reverse=True)[:-1] == [size] * (len(batches) - 1)
    spans = sorted((min(lengths[row] for row in batch), max(lengths[row] for row in batch)) for batch in batches)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    if rng is None:
        assert [lengths[row] for batch in batches for row in batch] == sorted(lengths)


def test_the_order_repeats_with_the_seed_only() -> None:
    first, same, other = (length_bucketed([5] * 50, batch_size=4, rng=np.random.default_rng(s)) for s in (1, 1, 2))
    assert first == same != other


@given(st.integers(2, 60), st.integers(1, 5), st.integers(1, 7))
def test_blocks_read_parallel_streams_on_and_on(count: int, batch: int, length: int) -> None:
    ids = np.arange(count)
    if count <= batch:
        with pytest.raises(ValueError, match=f"at least {batch + 1} wanted"):
            TokenBlocks(ids, streams=batch, length=length)
        return
    blocks = TokenBlocks(ids, streams=batch, length=length)
    streams = torch.cat([inputs for inputs, _ in blocks], dim=1)
    steps = (count - 1) // batch
    assert streams.flatten().tolist() == list(range(batch * steps))
    assert streams.shape == (batch, steps)
    for inputs, targets in blocks:
        assert torch.equal(targets, inputs + 1)
        assert inputs.shape[1] <= length
