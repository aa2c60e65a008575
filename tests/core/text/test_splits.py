from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.labelled import Example
from nlpbot.core.text.splits import group_ids, hold_out, k_folds, near_duplicate_key, without_duplicates

TEXTS = st.sampled_from(["Win 10 now!", "win 99 NOW", "lunch?", "Lunch", "see you", "점심 먹자", "call me", "bye"])
EXAMPLES = st.lists(
    st.builds(Example, TEXTS, st.sampled_from(["ham", "spam"]), st.sampled_from([None, "1", "2", "3"])), max_size=25
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Call 0123 NOW!!", "call 9876, now"),
        ("ﬁne", "FINE"),
        ("Ｗｉｎ", "win"),
        ("fr\u200bee", "free"),
        ("(광고) 오늘만", "광고  오늘만."),
        ("café", "cafe\u0301"),
    ],
)
def test_near_duplicates_share_a_key(one: str, other: str) -> None:
    assert near_duplicate_key(one) == near_duplicate_key(other)


def test_different_texts_have_different_keys() -> None:
    assert len({near_duplicate_key(text) for text in ("win 1", "win 12", "win", "wine", "이겨", "")}) == 6


def test_a_pile_of_marks_is_bounded_before_it_is_normalised() -> None:
    assert len(near_duplicate_key("a" + "\u0301\u0323" * 30_000)) < 20


def test_the_first_of_each_set_of_duplicates_is_kept_in_order() -> None:
    examples = [Example(text, "x") for text in ("b 1", "a", "B 2", "A!", "c")]
    assert [example.text for example in without_duplicates(examples)] == ["b 1", "a", "c"]


def test_duplicates_and_groups_chain_into_one_group() -> None:
    rows = [("a", None), ("A!", "g"), ("b", "g"), ("B", "h"), ("c", "h"), ("d", None), ("e", "group:g")]
    ids = group_ids([Example(text, "x", group) for text, group in rows])
    assert ids == [0, 0, 0, 0, 0, 1, 2]


@given(EXAMPLES, st.integers(2, 4), st.integers(0, 3))
def test_no_group_and_no_twin_straddles_a_fold(examples: list[Example], folds: int, seed: int) -> None:
    groups = group_ids(examples)
    labels = [example.label for example in examples]
    if len(set(groups)) < folds:
        with pytest.raises(DataError, match=f"at least {folds} expected"):
            k_folds(labels, groups, folds=folds, seed=seed)
        return
    tested: list[int] = []
    for train, test in k_folds(labels, groups, folds=folds, seed=seed):
        assert test
        assert sorted(train + test) == list(range(len(examples)))
        for values in (
            [near_duplicate_key(example.text) for example in examples],
            [example.group or f"row {row}" for row, example in enumerate(examples)],
        ):
            assert not {values[row] for row in train} & {values[row] for row in test}
        tested += test
    assert sorted(tested) == list(range(len(examples)))


def test_folds_spread_labels_evenly_and_repeat_with_the_seed() -> None:
    labels = ["spam"] * 20 + ["ham"] * 80
    splits = k_folds(labels, range(100), folds=5, seed=1)
    assert [Counter(labels[row] for row in test) for _, test in splits] == [Counter(ham=16, spam=4)] * 5
    assert splits == k_folds(labels, range(100), folds=5, seed=1)
    assert splits != k_folds(labels, range(100), folds=5, seed=2)


@pytest.mark.parametrize("fraction", [0.1, 0.2, 0.5])
def test_about_the_share_asked_for_is_held_out(fraction: float) -> None:
    kept, held = hold_out(["a", "b"] * 50, range(100), fraction=fraction, seed=0)
    assert len(held) == round(100 * fraction)
    assert not set(kept) & set(held)


def test_one_group_cannot_be_split() -> None:
    with pytest.raises(DataError, match="1 groups of rows found; at least 5 expected"):
        hold_out(["a", "b"], [0, 0], fraction=0.2, seed=0)
