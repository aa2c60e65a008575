import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.core.text.token_blocks import TokenBlocks


@given(st.integers(2, 60), st.integers(1, 5), st.integers(1, 7))
def test_blocks_read_parallel_streams_on_and_on(count: int, batch: int, length: int) -> None:
    ids = np.arange(count)
    if count <= batch:
        with pytest.raises(ValueError, match=f"at least {batch + 1} expected"):
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
