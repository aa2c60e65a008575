import pytest

from nlpbot.classify.inspection import inspect
from nlpbot.core.kernel.errors import NlpbotError


def test_labels_come_by_their_number_and_twins_are_counted(tmp_path):
    file = tmp_path / "rows.tsv"
    file.write_text("label\ttext\n" + "spam\twin a big prize now\n" * 3 + "ham\tsee you at noon\n")
    found = inspect(file)
    assert found.to_json() == {
        "n": 4,
        "near_duplicates": 2,
        "groups": 0,
        "median_characters": 19,
        "labels": {"spam": 3, "ham": 1},
    }
    (table,) = found.tables
    assert table.title.endswith("rows.tsv: 4 rows, 2 near-duplicates, median 19 characters")
    assert table.rows == [["spam", "3", "75.0%"], ["ham", "1", "25.0%"]]


def test_a_file_without_rows_is_refused(tmp_path):
    (tmp_path / "none.tsv").write_text("label\ttext\n")
    with pytest.raises(NlpbotError, match="rows"):
        inspect(tmp_path / "none.tsv")
