import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.core.nn import Sampling
from nlpbot.core.nn.sampling import choose

LOGITS = torch.tensor([0.4, 0.3, 0.2, 0.1]).log()
DRAWS = 2000


def drawn(sampling, logits=LOGITS, draws=DRAWS):
    generator = torch.Generator().manual_seed(sampling.seed)
    return [choose(logits, sampling, generator)[0] for _ in range(draws)]


def shares(tokens):
    return [tokens.count(token) / len(tokens) for token in range(4)]


def test_temperature_one_follows_the_model():
    assert shares(drawn(Sampling())) == pytest.approx([0.4, 0.3, 0.2, 0.1], abs=0.04)


def test_temperature_two_takes_the_root_of_each_probability():
    roots = [math.sqrt(p) for p in (0.4, 0.3, 0.2, 0.1)]
    assert shares(drawn(Sampling(temperature=2.0))) == pytest.approx([r / sum(roots) for r in roots], abs=0.04)


@pytest.mark.parametrize("temperature", [0.0, 1e-300, 1e-5])
def test_the_coldest_temperatures_take_the_likeliest(temperature):
    assert set(drawn(Sampling(temperature=temperature), draws=50)) == {0}


def test_top_k_leaves_the_k_likeliest_in_their_proportion():
    assert shares(drawn(Sampling(top_k=2))) == pytest.approx([4 / 7, 3 / 7, 0, 0], abs=0.04)


@pytest.mark.parametrize(("top_p", "left"), [(0.39, {0}), (0.41, {0, 1}), (0.75, {0, 1, 2}), (1.0, {0, 1, 2, 3})])
def test_top_p_leaves_the_fewest_that_together_have_it(top_p, left):
    assert set(drawn(Sampling(top_p=top_p))) == left


def test_top_p_finds_the_likeliest_wherever_they_stand():
    assert set(drawn(Sampling(top_p=0.6), logits=LOGITS.flip(0))) == {2, 3}


def test_the_log_probability_is_the_models_own_whatever_the_sampling():
    sampling = Sampling(temperature=0.1, top_k=1)
    assert choose(LOGITS, sampling, torch.Generator())[1] == pytest.approx(math.log(0.4))


@given(st.floats(0, 5), st.integers(0, 6), st.floats(0.01, 1), st.integers(0, 9))
def test_the_same_seed_gives_the_same_tokens_and_all_are_of_the_vocabulary(temperature, top_k, top_p, seed):
    sampling = Sampling(temperature=temperature, top_k=top_k, top_p=top_p, seed=seed)
    tokens = drawn(sampling, draws=8)
    assert tokens == drawn(sampling, draws=8)
    assert set(tokens) <= {0, 1, 2, 3}


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": -1.0},
        {"temperature": math.nan},
        {"top_k": -1},
        {"top_p": 0.0},
        {"top_p": 1.1},
        {"max_tokens": 0},
    ],
)
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"temperature and top_k from 0, top_p over 0 up to 1"):
        Sampling(**wrong)
