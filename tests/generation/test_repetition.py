import sys

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.generation.repetition import LOOKED_BACK, History

LOGITS = torch.tensor([2.0, -2.0, 1.0, 0.0])


def penalised(history, **rules):
    return History(**rules).after(*history).penalise_repetition(LOGITS)


def forbidden(history, n):
    return set(torch.isinf(penalised(history, no_repeat_ngram=n)).nonzero().flatten().tolist())


def test_a_penalty_divides_what_is_positive_and_multiplies_what_is_negative():
    assert penalised([1, 0, 0], penalty=2.0).tolist() == [1.0, -4.0, 1.0, 0.0]
    assert LOGITS.tolist() == [2.0, -2.0, 1.0, 0.0]


def test_a_penalty_forgets_what_came_long_ago():
    assert penalised([0, *[3] * LOOKED_BACK], penalty=2.0)[0] == 2.0
    assert penalised([0, *[3] * (LOOKED_BACK - 1)], penalty=2.0)[0] == 1.0


@pytest.mark.parametrize(
    ("history", "n", "expected"),
    [
        ([0, 1, 2, 0, 1], 3, {2}),
        ([0, 1, 2, 0, 1, 3, 0, 1], 3, {2, 3}),
        ([0, 1, 2, 1], 3, set()),
        ([0, 0, 0], 3, {0}),
        ([0, 0], 3, set()),
        ([0, 1, 0], 2, {1}),
        ([0, 2], 1, {0, 2}),
        ([], 2, set()),
    ],
)
def test_no_n_gram_comes_twice(history, n, expected):
    assert forbidden(history, n) == expected


def test_where_every_token_would_be_forbidden_none_is():
    assert penalised([0, 1, 2, 3], no_repeat_ngram=1) is LOGITS


@given(st.lists(st.integers(0, 3), max_size=30), st.integers(1, 4))
def test_what_is_forbidden_are_the_completions_that_a_plain_search_finds(history, n):
    grams = {tuple(history[i : i + n]) for i in range(len(history) - n + 1)}
    expected = {token for token in range(4) if (*history[len(history) - n + 1 :], token) in grams}
    assert forbidden(history, n) == (expected if len(expected) < 4 else set())


def test_a_history_goes_on_in_two_ways_and_stays_as_it_was():
    start = History(penalty=2.0, no_repeat_ngram=2).after(0, 1)
    one, two = start.after(0), start.after(2, 0)
    assert one.penalise_repetition(LOGITS).tolist() == [1.0, -torch.inf, 1.0, 0.0]
    assert two.penalise_repetition(LOGITS).tolist() == [1.0, -torch.inf, 0.5, 0.0]
    assert start.penalise_repetition(LOGITS).tolist() == [1.0, -4.0, 1.0, 0.0]


@pytest.mark.parametrize("n", [2, 1000])
def test_a_token_takes_the_same_few_calls_however_long_the_n_gram_and_often_repeated(n):
    history, calls = History(no_repeat_ngram=n).after(*[1] * 3000), []
    sys.setprofile(lambda frame, event, called: calls.append(event))
    try:
        history.after(1).penalise_repetition(LOGITS)
    finally:
        sys.setprofile(None)
    assert len(calls) < 1000  # there are 3,000 places where it could go on looking
