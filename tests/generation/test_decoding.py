from typing import get_args

import pytest
import torch

from nlpbot.generation import DecodingName
from nlpbot.generation.decoding import float_type


@pytest.mark.parametrize("decoding", get_args(DecodingName))
def test_floats_are_those_named_and_whole_numbers_become_float32(decoding):
    assert float_type(decoding) == (torch.float32 if decoding == "int8" else getattr(torch, decoding))
