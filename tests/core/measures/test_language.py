import math

import pytest

from nlpbot.core.measures.language import bits_per_character, perplexity


def test_perplexity_of_a_fair_die_is_its_sides():
    assert perplexity(math.log(6)) == pytest.approx(6)


def test_perplexity_never_overflows():
    assert math.isfinite(perplexity(1e9))


def test_a_coin_toss_a_character_is_one_bit():
    assert bits_per_character(10 * math.log(2), 10) == pytest.approx(1.0)
