import gzip
from pathlib import Path

import pytest

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text import corpus
from nlpbot.core.text.columns import Columns
from nlpbot.core.text.labelled import Example, Pair, label_column, read_labelled, read_pairs


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


HAM, SPAM = Example("See you at 5", "ham"), Example("택배, 확인", "spam")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.tsv", "label\ttext\nHam\tSee you at 5\n\nSPAM\t택배, 확인\n"),
        ("a.tsv", "\ufeffCategory\tMessage\r\nham\tSee you at 5\r\nspam\t택배, 확인\r\n"),
        ("a.csv", 'v1,v2\nham,See you at 5\nspam,"택배, 확인"'),
        ("a.csv", 'Q,intent\nSee you at 5,ham\n"택배, 확인",spam'),
        ("a.txt", "ham\tSee you at 5\nspam\t택배, 확인\nham\tSee you at 5"),
        ("a.csv", 'See you at 5,ham\n"택배, 확인",spam\nSee you at 6,ham'),
        ("a.jsonl", '{"sms": "See you at 5", "class": "ham"}\n\n{"sms": "택배, 확인", "class": "Spam"}'),
        ("a.tsv.gz", gzip.compress("label\ttext\nham\tSee you at 5\nspam\t택배, 확인".encode())),
    ],
)
def test_columns_are_found_by_their_usual_names_or_places(tmp_path: Path, name: str, content: str | bytes) -> None:
    assert read_labelled(written(tmp_path, name, content))[:2] == [HAM, SPAM]


def test_a_guess_about_columns_is_told(tmp_path: Path) -> None:
    notes: list[str] = []
    read_labelled(written(tmp_path, "a.tsv", "hi\tham\nyo\tham\nwin\tspam"), note=notes.append)
    assert notes == [f"{tmp_path / 'a.tsv'}: no header; column 2 is taken for the label (2 distinct values)"]


def test_columns_named_by_the_caller_are_taken(tmp_path: Path) -> None:
    two = written(tmp_path, "a.csv", "words,is\nhello,Fine")
    assert read_labelled(two, Columns(text="words", label="is")) == [Example("hello", "fine")]
    path = written(tmp_path, "b.csv", "text,label,body,verdict,who,when\na,b,hello,Fine,7,2020")
    named = Columns(text="body", label="verdict", group="who", time="when")
    assert read_labelled(path, named) == [Example("hello", "fine", "7", "2020")]


def test_group_time_and_kind_may_be_missing_in_a_row(tmp_path: Path) -> None:
    table = written(tmp_path, "a.tsv", "group\ttime\tkind\tlabel\ttext\ng\t2020\tbank\tspam\twin\n\t\t\tham\thi")
    lines = written(
        tmp_path,
        "a.jsonl",
        '{"text":"win","label":"spam","group":"g","time":2020,"kind":"bank"}\n{"text":"hi","label":"ham"}',
    )
    for path in (table, lines):
        assert read_labelled(path) == [Example("win", "spam", "g", "2020", "bank"), Example("hi", "ham")]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.tsv", "", ": empty; text expected"),
        ("a.tsv", "label\ttext\n", ": no rows"),
        ("a.tsv", b"\x7fELF\0\0", ": binary"),
        ("a.tsv", "label\ttext\nham\t반갑습니다".encode("cp949"), "cp949 would fit"),
        ("a.tsv", "label\tmood\nham\thi", ": columns are label, mood; one of text, message"),
        ("a.tsv", "text\tmood\tgroup\nhi\tx\ty", "or --label-column expected"),
        ("a.tsv", "label\ttext\nham\thi\nham", ":3: 1 columns found; 2 expected (label, text)"),
        ("a.tsv", "label\ttext\nham\t \n", ":2: text is empty; a value expected"),
        ("a.tsv", "label\ttext\n\thi\n", ":2: label is empty; a value expected"),
        ("a.csv", 'label,text\nham,hi\nham,"never closed\n\n', ":3: not a row of a .csv"),
        ("a.csv", 'label,text\nham,"a"b', ":2: not a row of a .csv"),
        ("a.jsonl", '{"text": "a", "label": "b"}\n{"text"', ":2: not JSON"),
        ("a.jsonl", "[" * 100_000, ":1: not JSON"),
        ("a.jsonl", "[1]", ":1: not an object"),
        ("a.jsonl", '{"text": "a", "label": NaN}', ":1: not JSON (NaN is no number)"),
        ("a.jsonl", '{"text": "a", "label": null}', ":1: label is empty"),
        ("a.jsonl", '{"text": "a\\u0000", "label": "b"}', ":1: holds U+0000"),
        ("a.jsonl", '{"text": "a", "label": "b"}\n{"text": "\\ud83d", "label": "b"}', ":2: holds U+0000 or half"),
        ("a.txt", "just a line", ": not a table"),
        ("a.md", "just a line", ": not a table"),
    ],
)
def test_bad_tables_are_refused_in_one_line_that_says_where(
    tmp_path: Path, name: str, content: str | bytes, says: str
) -> None:
    path = written(tmp_path, name, content)
    with pytest.raises(DataError) as caught:
        read_labelled(path)
    assert str(caught.value).startswith(f"{path}:")
    assert says in str(caught.value)


@pytest.mark.parametrize("name", ["a.tsv", "a.csv", "a.jsonl"])
def test_a_row_too_long_is_refused(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "MAX_LINE_BYTES", 100)
    with pytest.raises(DataError, match=rf"{name}:2: a row over 1 MiB"):
        read_labelled(written(tmp_path, name, '{"text": "a", "label": "b"}\n' + "x" * 101))


def test_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "label,text\nham,hi")
    with pytest.raises(DataError, match="--group-column who: no such column; there are label, text"):
        read_labelled(path, Columns(group="who"))


def test_pairs_are_questions_with_answers(tmp_path: Path) -> None:
    path = written(tmp_path, "faq.csv", 'question,answer,group\nWhen?,"At nine, daily",1\nWhere?,Here,\n')
    assert read_pairs(path) == [Pair("When?", "At nine, daily", "1"), Pair("Where?", "Here")]
    with pytest.raises(DataError, match="a column called answer expected"):
        read_pairs(written(tmp_path, "a.csv", "question,label\nWhen?,x"))


@pytest.mark.parametrize(
    ("rows", "label"),
    [
        ([("ham", "hi"), ("ham", "yo"), ("spam", "win")], 0),
        ([("hi", "ham"), ("yo", "ham"), ("win", "spam")], 1),
        ([("see you at six", "ham")], 1),
        ([("ham", "see you at six")], 0),
    ],
)
def test_of_two_columns_the_label_is_the_one_of_fewer_values_or_the_shorter(
    rows: list[tuple[str, str]], label: int
) -> None:
    assert label_column(rows) == label
