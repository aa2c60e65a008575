import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.core.datasets.catalog import Step
from nlpbot.core.datasets.conversions import CONVERSIONS
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.labelled import read_labelled, read_pairs


def convert(name, folder, files, **options):
    """Write `files` into a folder, convert them, and return what came out."""
    sources = []
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8", newline="")
        sources.append(folder / file)
    target = folder / "out"
    CONVERSIONS[name](sources, target, Step(convert=name, files=tuple(files), to="out", **options))
    if target.is_dir():
        return {path.name: path.read_bytes().decode() for path in target.iterdir()}
    return target.read_bytes().decode()


def test_a_table_without_header_gets_one_and_labels_get_names(tmp_path):
    text = convert(
        "table", tmp_path, {"a.txt": "0\t가\n1\tb\n"}, columns={"label": "0", "text": "1"}, labels={"0": "no"}
    )
    assert text == "label\ttext\nno\t가\n1\tb\n"


def test_columns_join_and_breaks_inside_become_a_space(tmp_path):
    rows = [{"label": "ham", "part": 1, "subject": "re: a", "body": "b\r\nc\td\0"}]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    columns = {"label": "label", "group": "part", "text": ("subject", "body")}
    assert convert("table", tmp_path, {"a.jsonl": lines}, columns=columns) == (
        "label\tgroup\ttext\nham\t1\tre: a b c d\ufffd\n"
    )


def test_quoted_pairs_are_read_by_the_reader_of_pairs(tmp_path):
    convert("table", tmp_path, {"a.csv": 'Q,A,label\n"eh, what?",so,0\n'}, columns={"question": "Q", "answer": "A"})
    (tmp_path / "out").rename(tmp_path / "out.tsv")
    (pair,) = read_pairs(tmp_path / "out.tsv")
    assert (pair.question, pair.answer) == ("eh, what?", "so")


def test_parallel_files_become_columns(tmp_path):
    files = {"label": "x\ny\n", "seq.in": "go on \nstop\n"}
    assert convert("parallel", tmp_path, files, columns={"label": "label", "text": "seq.in"}) == (
        "label\ttext\nx\tgo on\ny\tstop\n"
    )


def test_splits_are_joined_by_what_is_out_of_scope(tmp_path):
    splits = {"train": [["a", "x"]], "val": [["b", "x"]], "test": [["c", "x"]], "oos_test": [["d", "oos"]]}
    assert convert("splits", tmp_path, {"a.json": json.dumps(splits)}) == {
        "train.tsv": "label\ttext\nx\ta\n",
        "valid.tsv": "label\ttext\nx\tb\n",
        "test.tsv": "label\ttext\nx\tc\noos\td\n",
    }


@given(st.text(st.characters(exclude_characters="\0\ufeff", codec="utf-8")).filter(str.strip))
def test_what_is_kept_back_and_the_rest_are_the_whole_text(tmp_path_factory, text):
    parts = convert("keep-back", tmp_path_factory.mktemp("text"), {"a.txt": text}, share=0.25)
    assert parts["train.txt"] + parts["valid.txt"] == text
    assert len(parts["train.txt"]) == int(len(text) * 0.75)


def test_lines_lose_the_spaces_around_them_and_keep_those_between(tmp_path):
    written = convert("strip-lines", tmp_path, {"a.txt": " one <unk> two \n\n three\n"})
    assert written == "one <unk> two\n\nthree\n"


def test_copies_follow_one_another(tmp_path):
    assert convert("copy", tmp_path, {"a": "one\n", "b": "two\n"}) == "one\ntwo\n"


@pytest.mark.parametrize(
    ("name", "files", "columns", "says"),
    [
        ("table", {"a.csv": "label,text\nx,y\n"}, {"text": "body"}, r"a\.csv:2: no column body; there are label, text"),
        ("table", {"a.bin": "no table"}, {"text": "1"}, "not a table"),
        ("parallel", {"label": "x\n", "seq.in": "a\nb\n"}, {"label": "label"}, "'label': 1, 'seq.in': 2"),
        ("splits", {"a.json": "[1]"}, {}, "not an object of train, val, test"),
        ("splits", {"a.json": '{"train": [["a"]]}'}, {}, "not an object of"),
        ("splits", {"a.json": "{"}, {}, "not an object of"),
    ],
)
def test_files_of_another_form_are_refused(tmp_path, name, files, columns, says):
    with pytest.raises(DataError, match=says):
        convert(name, tmp_path, files, columns=columns)


def test_what_is_written_is_read_back(tmp_path):
    text = convert(
        "table",
        tmp_path,
        {"a.csv": 'LABEL,TEXT\nSpam,"a ""b"" c"\nham,d\n'},
        columns={"label": "LABEL", "text": "TEXT"},
    )
    (tmp_path / "all.tsv").write_text(text)
    assert [(row.label, row.text) for row in read_labelled(tmp_path / "all.tsv")] == [("spam", 'a "b" c'), ("ham", "d")]
