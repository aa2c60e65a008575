from pathlib import Path

import pytest

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.columns import LABEL_NAMES, QUESTION_NAMES, TEXT_NAMES, Header, looks_like_header


def test_a_column_is_found_by_the_likeliest_name_whatever_its_case() -> None:
    header = Header(Path("a.csv"), ("Message", " TEXT ", "question"))
    assert header.find(TEXT_NAMES) == " TEXT "
    assert header.find(QUESTION_NAMES) == "question"
    assert header.find(LABEL_NAMES) is None


def test_the_column_that_is_given_goes_first_and_must_be_there() -> None:
    header = Header(Path("a.csv"), ("text", "words"))
    assert header.find(TEXT_NAMES, "words") == "words"
    with pytest.raises(DataError, match=r"a.csv: --text-column Words: no such column; there are text, words"):
        header.find(TEXT_NAMES, "Words", "--text-column")


def test_a_column_that_is_needed_and_missing_is_asked_for() -> None:
    header = Header(Path("a.csv"), ("mood",))
    with pytest.raises(DataError, match=r"columns are mood; one of label, .* or --label-column expected"):
        header.need(LABEL_NAMES, None, "--label-column")
    with pytest.raises(DataError, match="columns are mood; a column called question expected"):
        header.need(QUESTION_NAMES)


@pytest.mark.parametrize(
    ("cells", "header"), [(["hi", "ham"], False), (["Text", "x"], True), (["a", "b", "c"], True), (["x"], False)]
)
def test_two_columns_without_usual_names_are_rows(cells: list[str], header: bool) -> None:
    assert looks_like_header(cells) is header
