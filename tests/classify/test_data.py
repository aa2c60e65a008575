import pytest

from nlpbot.classify.data import Labelled, check_labels, load_labelled
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.labelled import Example

ROWS = [Example("one", "b", "g"), Example("two", "a"), Example("TWO!", "a"), Example("three", "a", "g")]


def test_labels_become_numbers_in_the_order_of_their_names():
    rows = Labelled.of(ROWS)
    assert rows.names == ("a", "b")
    assert rows.labels == (1, 0, 0, 0)
    assert len(rows) == 4


def test_groups_and_near_duplicates_share_a_number():
    first, second, twin, last = Labelled.of(ROWS).groups
    assert first == last
    assert second == twin != first


def test_some_rows_keep_all_names():
    part = Labelled.of(ROWS).at([3, 1])
    assert part.texts == ("three", "two")
    assert part.names == ("a", "b")


def test_a_label_that_was_not_trained_on_is_refused():
    with pytest.raises(DataError, match="label 'b' was not trained on; one of a, c expected"):
        Labelled.of(ROWS, names=["a", "c"])


def write(path, *rows):
    path.write_text("\n".join(["label\ttext", *rows, ""]), encoding="utf-8")
    return path


def test_one_of_each_set_of_near_duplicates_is_kept_across_files(tmp_path):
    one = write(tmp_path / "one.tsv", "a\tcall 12 now", "b\thello", "b\tbye")
    two = write(tmp_path / "two.tsv", "a\tCALL 34, now!", "a\tother")
    said = []
    rows = load_labelled([one, two], note=said.append)
    assert [row.text for row in rows] == ["call 12 now", "hello", "bye", "other"]
    assert said == ["1 of 5 rows are near-duplicates of others and left out"]
    assert len(load_labelled([one, two], keep_duplicates=True)) == 5


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        ("aaa", r"a\.tsv: only the label 'a' found; at least two labels expected"),
        ("", r"a\.tsv: no rows found; at least two labels expected"),
        ("abc", r"a\.tsv: every label comes once; at least 2 rows a label expected"),
    ],
)
def test_data_that_nothing_can_be_learned_from_is_refused(labels, says):
    with pytest.raises(DataError, match=says):
        check_labels([Example(f"text {n}", label) for n, label in enumerate(labels)], where="a.tsv")
