import io
import sys
from pathlib import Path

import pytest

from nlpbot.core.text.columns import Columns
from nlpbot.core.text.records import format_of, read_records


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
    ("name", "content", "kind"),
    [
        ("a.csv", "a", "comma"),
        ("A.TSV", "a", "tab"),
        ("a.jsonl.gz", "{}", "json"),
        ("a.txt", "ham\thi", "tab"),
        ("a.txt", "hi, ham", None),
        ("a.md", "a\tb", None),
        ("a", "a\tb", None),
        ("-", "label,text", "comma"),
        ("-", "label\ttext", "tab"),
        ("-", '{"text":\t"a"}', "json"),
    ],
)
def test_a_table_is_told_by_its_name_or_by_its_first_line(name: str, content: str, kind: str | None) -> None:
    found, lines = format_of(Path(name), [(1, content), (2, "b")])
    assert found == kind
    assert list(lines) == [(1, content), (2, "b")]


@pytest.mark.parametrize("content", ["text,label\nhi,ham\n", "text\tlabel\nhi\tham", '{"text": "hi", "label": "ham"}'])
def test_a_table_may_come_from_standard_input(content: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content.encode())))
    assert [row for _, row in read_records(Path("-"))] == [{"text": "hi", "label": "ham"}]
