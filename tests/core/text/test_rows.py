import io
import os
import sys
from pathlib import Path

import pytest

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text import rows as rows_module
from nlpbot.core.text.rows import Rows, open_rows


def read(path: Path, **options: object) -> tuple[Rows, list[tuple[str, dict[str, object]]]]:
    rows = open_rows(path, **options)  # type: ignore[arg-type]
    return rows, [(row.text, dict(row.cells)) for batch in rows.batches for row in batch]


def written(folder: Path, name: str, content: str) -> Path:
    (folder / name).write_text(content, encoding="utf-8")
    return folder / name


def piped(content: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content.encode())))
    return Path("-")


def test_each_line_of_a_text_is_a_row_blank_ones_too(tmp_path: Path) -> None:
    rows, found = read(written(tmp_path, "a.txt", " one\n\ntwo, 2\n"))
    assert found == [("one", {"text": " one"}), ("", {"text": ""}), ("two, 2", {"text": "two, 2"})]
    assert (rows.columns, rows.named) == (("text",), False)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", 'id,message,n\n1,"one, yes",3\n\n2,,4\n'),
        ("a.tsv", "id\tmessage\tn\n1\tone, yes\t3\n\n2\t\t4\n"),
    ],
)
def test_a_table_keeps_all_columns_and_blank_rows(tmp_path: Path, name: str, content: str) -> None:
    rows, found = read(written(tmp_path, name, content))
    assert (rows.columns, rows.named) == (("id", "message", "n"), True)
    assert [text for text, _ in found] == ["one, yes", "", ""]
    assert [cells for _, cells in found] == [
        {"id": "1", "message": "one, yes", "n": "3"},
        {"id": "", "message": "", "n": ""},
        {"id": "2", "message": "", "n": "4"},
    ]


def test_objects_keep_their_values_as_they_are(tmp_path: Path) -> None:
    _, found = read(written(tmp_path, "a.jsonl", '{"text": "one", "n": 1.50, "tags": ["a"]}\n\n{"text": null}'))
    assert found == [("one", {"text": "one", "n": 1.5, "tags": ["a"]}), ("", {}), ("", {"text": None})]


def test_the_column_of_the_text_may_be_named(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "text,body\na,b\n")
    assert read(path, text_column="body")[1] == [("b", {"text": "a", "body": "b"})]
    with pytest.raises(DataError, match="--text-column nope: no such column; there are text, body"):
        read(path, text_column="nope")


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        ("ham\thi there\nham\tyo\nspam\twin", ("label", "text")),
        ("hi there\tham\nyo\tham\nwin\tspam", ("text", "label")),
        ("hi there\nyo\nwin", ("text",)),
    ],
)
def test_a_table_without_header_is_read_as_training_reads_it(
    tmp_path: Path, content: str, columns: tuple[str, ...]
) -> None:
    notes: list[str] = []
    rows, found = read(written(tmp_path, "a.tsv", content), note=notes.append)
    assert (rows.columns, rows.named) == (columns, False)
    assert [text for text, _ in found] == ["hi there", "yo", "win"]
    assert len(notes) == len(columns) - 1
    assert all("no header; column" in note for note in notes)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.tsv", "id\ttext\tx\n1\ta\tb\n2\n", r"a\.tsv:3: 1 columns found; 3 expected \(id, text, x\)"),
        ("a.tsv", "id\tmood\tx\n1\ta\tb\n", r"columns are id, mood, x; one of text, .* or --text-column expected"),
        ("a.jsonl", '{"text": "a"}\n{"text": ', r"a\.jsonl:2: not JSON"),
    ],
)
def test_a_damaged_row_is_named(tmp_path: Path, name: str, content: str, says: str) -> None:
    with pytest.raises(DataError, match=says):
        read(written(tmp_path, name, content))


def test_a_table_without_rows_has_none(tmp_path: Path) -> None:
    assert read(written(tmp_path, "a.csv", "id,text\n"))[1] == []


def test_standard_input_is_lines_or_with_a_column_named_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    content = "body,n\na,1\n\n"
    lines = read(piped(content, monkeypatch))[1]
    assert [text for text, _ in lines] == ["body,n", "a,1", ""]
    rows, found = read(piped(content, monkeypatch), text_column="body")
    assert found == [("a", {"body": "a", "n": "1"}), ("", {"body": "", "n": ""})]
    assert rows.columns == ("body", "n")
    assert read(piped("", monkeypatch))[1] == []


@pytest.mark.parametrize(
    ("header", "text_column", "row"),
    [("", None, "{}"), ("n,body\n", "body", '1,"{}"'), ("n\tbody\n", "body", "1\t{}")],
    ids=["lines", "commas", "tabs"],
)
def test_what_is_in_a_pipe_is_handed_on_without_waiting_for_more(
    monkeypatch: pytest.MonkeyPatch, header: str, text_column: str | None, row: str
) -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        os.write(writing, f"{header}{row.format('one')}\n{row.format('two')}\n{row.format('thr')[:-1]}".encode())
        batches = open_rows(Path("-"), text_column=text_column).batches
        assert [row.text for row in next(batches)] == ["one", "two"]
        os.write(writing, f"{row.format('thr')[-1]}\n".encode())
        assert [row.text for row in next(batches)] == ["thr"]
        os.close(writing)
        assert list(batches) == []


def test_many_rows_come_in_batches_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "BATCH", 4)
    path = written(tmp_path, "a.txt", "".join(f"{n}\n" for n in range(10)))
    rows = open_rows(path)
    batches = [[row.text for row in batch] for batch in rows.batches]
    assert batches == [["0", "1", "2", "3"], ["4", "5", "6", "7"], ["8", "9"]]
    assert rows.read() == (20, 20)
