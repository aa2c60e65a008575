import pytest

from nlpbot.classify.evaluate_options import EvaluateOptions, of_interest
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.labelled import Example

ROWS = [Example("one", "spam"), Example("two", "ham"), Example("three", "other")]


def test_only_rows_of_the_labels_named_are_of_interest():
    assert of_interest(ROWS, ["SPAM"], ["Ham"]) == ROWS[:2]
    assert of_interest(ROWS, ["spam"], []) == ROWS
    with pytest.raises(DataError, match="no rows labelled a, b; there are ham, other, spam"):
        of_interest(ROWS, ["spam"], ["a", "b"])


def test_twins_are_left_out_of_what_is_trained_on_but_not_of_a_test_file(tmp_path):
    file = tmp_path / "rows.tsv"
    file.write_text(
        "label\ttext\n"
        + "spam\tcall this number today\n"
        + "spam\twin a big prize now\n" * 3
        + "ham\tsee you at noon\n" * 2
    )
    options = EvaluateOptions()
    assert (len(options.train_rows(file)), len(options.test_rows(file))) == (3, 6)
    assert len(EvaluateOptions(keep_duplicates=True).train_rows(file)) == 6
    assert {row.label for row in EvaluateOptions(positive=("spam",), negative=("ham",)).test_rows(file)} == {
        "spam",
        "ham",
    }
