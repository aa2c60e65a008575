import itertools

import pytest
import torch

from nlpbot.generation import Sampling
from nlpbot.generation.temperature_sampling import is_temperature_only, likeliest_rows, sampled_rows, uniform_draws

LOGITS = torch.tensor([[0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1]]).log()


def sampled(logits, temperatures, draws):
    """The token of each row, and its log-probability."""
    tokens, log_probabilities = sampled_rows(logits, torch.tensor(temperatures)[:, None], torch.tensor(draws)[:, None])
    return list(zip(tokens.tolist(), log_probabilities.tolist(), strict=True))


def test_a_draw_picks_the_token_whose_probability_it_falls_into():
    draws = {0.05: 0, 0.15: 1, 0.29: 1, 0.31: 2, 0.99: 3}
    assert {draw: sampled(LOGITS[:1], [1.0], [draw])[0][0] for draw in draws} == draws


def test_greedy_rows_take_the_likeliest_beside_sampled_ones():
    chosen = sampled(LOGITS, [0.0, 1.0], [0.05, 0.95])
    assert [token for token, _ in chosen] == [3, 3]
    greedy = sampled(LOGITS, [0.0, 0.0], [0.05, 0.05])
    assert [token for token, _ in greedy] == [3, 0]
    assert list(zip(*(column.tolist() for column in likeliest_rows(LOGITS)))) == greedy


def test_log_probabilities_are_the_models_before_temperature():
    (_, greedy), (token, drawn) = sampled(LOGITS, [0.0, 5.0], [0.0, 0.99])
    assert greedy == pytest.approx(float(LOGITS[0, 3]), abs=1e-6)
    assert drawn == pytest.approx(float(LOGITS[1, token]), abs=1e-6)


def test_a_low_temperature_takes_the_likeliest_nearly_always():
    assert [token for token, _ in sampled(LOGITS, [0.01, 0.01], [0.001, 0.999])] == [3, 0]


def test_the_last_draw_stays_within_the_vocabulary():
    logits = torch.zeros(1, 7)
    assert sampled(logits, [1.0], [1.0])[0][0] == 6


def test_tokens_come_as_often_as_they_are_likely():
    draws = list(itertools.islice(uniform_draws(0), 2000))
    tokens = [token for token, _ in sampled(LOGITS[:1].expand(2000, -1), [1.0] * 2000, draws)]
    assert [tokens.count(token) / 2000 for token in range(4)] == pytest.approx([0.1, 0.2, 0.3, 0.4], abs=0.03)


def test_draws_are_the_same_for_the_same_seed():
    first, again, other = (list(itertools.islice(uniform_draws(seed), 200)) for seed in (1, 1, 2))
    assert first == again != other
    assert all(0 <= draw < 1 for draw in first)
    assert len(set(first)) > 190  # a second block is no copy of the first


@pytest.mark.parametrize("more", [{"top_k": 3}, {"top_p": 0.9}, {"min_p": 0.1}, {"no_repeat_ngram": 2}])
def test_filters_and_penalties_are_more_than_a_temperature(more):
    assert is_temperature_only(Sampling(temperature=0.3, seed=4, max_tokens=9, stop=frozenset({1})))
    assert not is_temperature_only(Sampling(**more))
