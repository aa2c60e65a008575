from pathlib import Path

import pytest

from nlpbot.core.text.columns import Columns
from nlpbot.core.text.records import is_table, read_records


def written(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_quotes_and_line_ends_inside_cells_are_kept(tmp_path: Path) -> None:
    commas = written(tmp_path, "a.csv", 'label,text\nham,"say ""hi""\nagain"\nspam,win')
    assert [(line, row["text"]) for line, row in read_records(commas)] == [(2, 'say "hi"\nagain'), (4, "win")]
    tabs = written(tmp_path, "a.tsv", 'label\ttext\nham\tsay "hi\nspam\t"win"')
    assert [row["text"] for _, row in read_records(tabs)] == ['say "hi', '"win"']


def test_a_first_row_that_names_nothing_known_is_a_row(tmp_path: Path) -> None:
    path = written(tmp_path, "a.tsv", "words\tis\nhi\tham")
    assert list(read_records(path)) == [(1, {"0": "words", "1": "is"}), (2, {"0": "hi", "1": "ham"})]
    assert list(read_records(path, Columns(text="words"))) == [(2, {"words": "hi", "is": "ham"})]


def test_what_can_not_be_stored_is_mended_where_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", '{"text": "a\\u0000b\\ud83d"}')
    assert [row["text"] for _, row in read_records(path, mend=True)] == ["a\ufffdb\ufffd"]


@pytest.mark.parametrize(
    ("name", "content", "table"),
    [
        ("a.csv", "a", True),
        ("A.TSV", "a", True),
        ("a.jsonl", "{}", True),
        ("a.txt", "ham\thi", True),
        ("a.txt", "hi, ham", False),
        ("a.md", "a\tb", False),
        ("a", "a\tb", False),
    ],
)
def test_a_table_is_told_by_its_name_or_its_tabs(tmp_path: Path, name: str, content: str, table: bool) -> None:
    assert is_table(written(tmp_path, name, content)) is table
