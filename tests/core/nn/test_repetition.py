import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.core.nn.repetition import LOOKED_BACK, bent_by_history

LOGITS = torch.tensor([2.0, -2.0, 1.0, 0.0])


def forbidden(history, n):
    bent = bent_by_history(LOGITS, history, no_repeat_ngram=n)
    return set(torch.isinf(bent).nonzero().flatten().tolist())


def test_a_penalty_divides_what_is_positive_and_multiplies_what_is_negative():
    bent = bent_by_history(LOGITS, [1, 0, 0], penalty=2.0)
    assert bent.tolist() == [1.0, -4.0, 1.0, 0.0]
    assert LOGITS.tolist() == [2.0, -2.0, 1.0, 0.0]


def test_a_penalty_forgets_what_came_long_ago():
    assert bent_by_history(LOGITS, [0, *[3] * LOOKED_BACK], penalty=2.0)[0] == 2.0
    assert bent_by_history(LOGITS, [0, *[3] * (LOOKED_BACK - 1)], penalty=2.0)[0] == 1.0


@pytest.mark.parametrize(
    ("history", "n", "wanted"),
    [
        ([0, 1, 2, 0, 1], 3, {2}),
        ([0, 1, 2, 0, 1, 3, 0, 1], 3, {2, 3}),
        ([0, 1, 2, 1], 3, set()),
        ([0, 0, 0], 3, {0}),
        ([0, 0], 3, set()),
        ([0, 1, 0], 2, {1}),
        ([0, 2], 1, {0, 2}),
        ([], 2, set()),
        ((0, 1, 2, 0, 1), 3, {2}),
    ],
)
def test_no_n_gram_comes_twice(history, n, wanted):
    assert forbidden(history, n) == wanted


def test_where_every_token_would_be_forbidden_none_is():
    assert bent_by_history(LOGITS, [0, 1, 2, 3], no_repeat_ngram=1) is LOGITS


@given(st.lists(st.integers(0, 3), max_size=30), st.integers(1, 4))
def test_what_is_forbidden_are_the_completions_that_a_plain_search_finds(history, n):
    grams = {tuple(history[i : i + n]) for i in range(len(history) - n + 1)}
    wanted = {token for token in range(4) if (*history[len(history) - n + 1 :], token) in grams}
    assert forbidden(history, n) == (wanted if len(wanted) < 4 else set())
