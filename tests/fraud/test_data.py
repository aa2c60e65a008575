from collections import Counter

import pytest

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.labelled import Example
from nlpbot.fraud.data import as_fraud_or_honest, by_kind, kind_of


def test_labels_named_positive_are_fraud_and_all_others_honest():
    rows = [Example("one", "spam"), Example("two", "ham", kind="k"), Example("three", "phish")]
    told = as_fraud_or_honest(rows, ["SPAM", "phish"])
    assert [row.label for row in told] == ["fraud", "honest", "fraud"]
    assert told[1].kind == "k"


def test_data_without_fraud_names_the_labels_found():
    with pytest.raises(DataError, match="labels found: a, b; name those that mean fraud with --positive"):
        as_fraud_or_honest([Example("one", "a"), Example("two", "b")], ["spam"])
    with pytest.raises(DataError, match="--positive"):
        as_fraud_or_honest([Example("one", "spam")], ["spam"])


def of_kinds(**counts):
    return [Example(f"{kind} {n}", "fraud", kind=kind) for kind, count in counts.items() for n in range(count)]


def test_rows_are_labelled_by_kind_where_a_kind_has_enough():
    honest = [Example(f"hello {n}", "honest", kind="chat") for n in range(5)]
    rows = [*of_kinds(a=5, b=6, c=7, rare=4), *honest, Example("odd", "honest", kind="a"), Example("bare", "fraud")]
    counts = Counter(row.label for row in by_kind(rows))
    assert counts == {"fraud/a": 5, "fraud/b": 6, "fraud/c": 7, "honest/chat": 5, "honest": 1}


def test_two_kinds_are_too_few():
    assert by_kind(of_kinds(a=9, b=9)) == []


def test_only_the_label_of_a_fraud_names_its_kind():
    assert [kind_of(label) for label in ("fraud/a", "fraud/a/b", "honest/a", "honest")] == ["a", "a/b", None, None]
