from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.core.training.batches import ShuffledBatches, length_bucketed, pad, shuffled


def test_an_epoch_holds_every_row_once_in_an_order_of_its_own_that_repeats_with_the_seed() -> None:
    def epoch(seed: int, number: int) -> list[list[int]]:
        batches = ShuffledBatches(shuffled(10, batch_size=4), lambda rows, rng: list(rows), count=3, seed=seed)
        assert len(batches) == 3
        return list(batches.epoch(number))

    first = epoch(0, 0)
    assert [len(rows) for rows in first] == [4, 4, 2]
    assert sorted(row for rows in first for row in rows) == list(range(10))
    assert first == epoch(0, 0)
    assert len({str(epoch(seed, number)) for seed in (0, 1) for number in (0, 1)}) == 4


def test_what_collating_draws_repeats_with_the_epoch() -> None:
    def drawn(number: int) -> list[float]:
        batches = ShuffledBatches(shuffled(6, batch_size=2), lambda rows, rng: rng.random(), count=3, seed=0)
        return list(batches.epoch(number))

    assert drawn(0) == drawn(0) != drawn(1)


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
