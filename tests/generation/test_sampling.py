import math

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from nlpbot.generation import Sampling
from nlpbot.generation.sampling import _nucleus, choose, likeliest

LOGITS = torch.tensor([0.4, 0.3, 0.2, 0.1]).log()
DRAWS = 2000


def chosen(logits, sampling, generator=None, history=()):
    return choose(logits, sampling, generator or torch.Generator(), sampling.history().after(*history))


def drawn(sampling, logits=LOGITS, draws=DRAWS):
    generator = torch.Generator().manual_seed(sampling.seed)
    return [chosen(logits, sampling, generator)[0] for _ in range(draws)]


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


@pytest.mark.parametrize("top_p", [5e-324, 1e-300, 1e-45, 1e-20])
def test_the_smallest_top_p_leaves_the_likeliest(top_p):
    assert set(drawn(Sampling(top_p=top_p, temperature=5.0), draws=50)) == {0}


def test_top_p_finds_the_likeliest_wherever_they_stand():
    assert set(drawn(Sampling(top_p=0.6), logits=LOGITS.flip(0))) == {2, 3}


@pytest.mark.parametrize("top_p", [0.05, 0.5, 0.9999])
def test_a_nucleus_of_many_tokens_is_as_large_as_a_full_sort_says(top_p):
    logits = torch.randn(3000, generator=torch.Generator().manual_seed(0))
    ordered, tokens = logits.softmax(dim=-1).double().sort(descending=True)
    expected = set(tokens[ordered.cumsum(dim=-1) - ordered < top_p].tolist())
    assert set(_nucleus(logits, top_p)[1].tolist()) == expected


@pytest.mark.parametrize(("min_p", "left"), [(0.8, {0}), (0.7, {0, 1}), (0.45, {0, 1, 2}), (0.0, {0, 1, 2, 3})])
def test_min_p_leaves_those_with_their_share_of_the_likeliest(min_p, left):
    assert set(drawn(Sampling(min_p=min_p))) == left


def test_top_k_comes_before_top_p_and_temperature_before_both():
    assert set(drawn(Sampling(top_k=2, top_p=0.56))) == {0}
    assert set(drawn(Sampling(top_p=0.56))) == {0, 1}
    assert set(drawn(Sampling(temperature=0.5, top_p=0.5))) == {0}


def test_repetitions_are_minded_before_the_likeliest_is_taken():
    logits = torch.tensor([2.0, 1.5, 1.0, -1.0])
    asked = Sampling(temperature=0.0, repetition_penalty=1.5)
    assert chosen(logits, asked, history=[0, 3])[0] == 1
    assert chosen(logits, asked)[0] == 0
    asked = Sampling(temperature=0.0, no_repeat_ngram=2)
    assert chosen(logits, asked, history=[3, 0, 3])[0] == 1


def test_what_can_t_be_repeated_is_never_drawn():
    generator, asked = (
        torch.Generator().manual_seed(0),
        Sampling(temperature=3.0, no_repeat_ngram=1, top_k=3, top_p=0.9),
    )
    assert {chosen(LOGITS, asked, generator, [0, 1])[0] for _ in range(200)} == {2, 3}


def test_the_log_probability_is_the_models_own_whatever_the_sampling():
    sampling = Sampling(temperature=0.1, top_k=1, min_p=0.5, repetition_penalty=1.1)
    assert chosen(LOGITS + 1, sampling, history=[1])[1] == pytest.approx(math.log(0.4))


def test_the_likeliest_come_best_first_with_their_log_probabilities():
    assert likeliest(LOGITS + 1, 2) == ((0, pytest.approx(math.log(0.4))), (1, pytest.approx(math.log(0.3))))
    assert len(likeliest(LOGITS, 9)) == 4
    assert likeliest(LOGITS, 0) == ()


@given(st.floats(0, 5), st.integers(0, 6), st.floats(0.01, 1), st.floats(0, 1), st.integers(0, 9))
def test_the_same_seed_gives_the_same_tokens_and_all_are_of_the_vocabulary(temperature, top_k, top_p, min_p, seed):
    sampling = Sampling(temperature=temperature, top_k=top_k, top_p=top_p, min_p=min_p, seed=seed)
    tokens = drawn(sampling, draws=8)
    assert tokens == drawn(sampling, draws=8)
    assert set(tokens) <= {0, 1, 2, 3}


counts = st.integers(0, 5) | st.integers(0, 1 << 70)


@st.composite
def samplings(draw):
    """Whatever is accepted, from the smallest numbers to the largest."""
    return Sampling(
        temperature=draw(st.floats(0, 100)),
        top_k=draw(counts),
        top_p=draw(st.floats(0, 1, exclude_min=True)),
        min_p=draw(st.floats(0, 1)),
        repetition_penalty=draw(st.floats(0.1, 10)),
        no_repeat_ngram=draw(counts),
        seed=draw(st.integers(0, (1 << 64) - 1)),
        alternatives=draw(counts),
    )


scores = st.lists(st.floats(-1e9, 1e4, width=32) | st.just(-1e9), min_size=1, max_size=80)


@given(scores, samplings(), st.lists(st.integers(0, 79), max_size=20))
@example([0.0, 1.0], Sampling(top_p=5e-324), [])
@example([0.0, 1.0], Sampling(min_p=5e-324, temperature=1e-6), [])
def test_whatever_is_accepted_gives_a_token_of_the_vocabulary_and_never_fails(scores, sampling, history):
    generator = torch.Generator().manual_seed(sampling.seed)
    logits = torch.tensor(scores)
    token, log_probability = chosen(logits, sampling, generator, [each % len(scores) for each in history])
    assert 0 <= token < len(scores)
    assert log_probability <= 1e-3
    assert len(likeliest(logits, sampling.alternatives)) == min(sampling.alternatives, len(scores))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"temperature": -1.0}, "temperature: .*; 0 to 100 expected"),
        ({"temperature": math.nan}, "temperature: .*; 0 to 100 expected"),
        ({"temperature": math.inf}, "temperature: .*; 0 to 100 expected"),
        ({"temperature": 100.1}, "temperature: .*; 0 to 100 expected"),
        ({"top_p": math.nan}, "top_p: .*; over 0, up to 1, expected"),
        ({"top_k": -1}, "top_k: .*; 0 or more expected"),
        ({"top_p": 0.0}, "top_p: .*; over 0, up to 1, expected"),
        ({"top_p": 1.1}, "top_p: .*; over 0, up to 1, expected"),
        ({"max_tokens": 0}, "max_tokens: .*; 1 or more expected"),
        ({"min_p": -0.1}, "min_p: .*; 0 to 1 expected"),
        ({"min_p": 1.1}, "min_p: .*; 0 to 1 expected"),
        ({"min_p": math.nan}, "min_p: .*; 0 to 1 expected"),
        ({"repetition_penalty": 0.09}, "repetition_penalty: .*; 0.1 to 10 expected"),
        ({"repetition_penalty": 11.0}, "repetition_penalty: .*; 0.1 to 10 expected"),
        ({"repetition_penalty": math.nan}, "repetition_penalty: .*; 0.1 to 10 expected"),
        ({"no_repeat_ngram": -1}, "no_repeat_ngram: .*; 0 or more expected"),
        ({"alternatives": -1}, "alternatives: .*; 0 or more expected"),
        ({"seed": -1}, "seed: .*; 0 to 2\\^64 - 1 expected"),
        ({"seed": 1 << 64}, "seed: .*; 0 to 2\\^64 - 1 expected"),
    ],
)
def test_what_makes_no_sense_is_refused(wrong, says):
    with pytest.raises(ValueError, match=says):
        Sampling(**wrong)
