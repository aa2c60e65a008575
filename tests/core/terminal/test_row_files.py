import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.terminal.row_files import Output, answer_rows, row_file
from nlpbot.core.text.rows import Row, Rows

TRICKY = 'a, "b"\tc\nd'
PRINTED = Output(None, as_lines=False, as_json=False)


def rows_of(*texts: str, columns: tuple[str, ...] = ("text",), named: bool = True) -> Rows:
    batches = [[Row({"text": text}, text)] for text in texts]
    return Rows(columns, named, iter(batches), lambda: (0, 0))


def shout(texts: list[str]) -> list[dict[str, str]]:
    return [{"loud": text.upper()} for text in texts]


def test_a_csv_has_commas_a_tsv_tabs_and_a_jsonl_objects(tmp_path: Path) -> None:
    for ending in ("csv", "tsv", "jsonl"):
        with row_file(tmp_path / f"a.{ending}", ("n", "text")) as write:
            write({"text": TRICKY, "n": 0.123456})
            write({"n": None, "text": ["x"]})
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["n", "text"], ["0.123456", TRICKY], ["", '["x"]']]
    tabs = (tmp_path / "a.tsv").read_text(encoding="utf-8")
    assert tabs == 'n\ttext\n0.123456\ta, "b" c d\n\t["x"]\n'
    lines = (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [{"text": TRICKY, "n": 0.123456}, {"n": None, "text": ["x"]}]


@pytest.mark.parametrize("error", [DataError, KeyboardInterrupt])
def test_an_error_leaves_what_was_there_and_nothing_half_written(tmp_path: Path, error: type[BaseException]) -> None:
    out = tmp_path / "a.tsv"
    out.write_text("yesterday's")

    def fail() -> None:
        with row_file(out, ("text",)) as write:
            write({"text": "half"})
            raise error

    with pytest.raises(error):
        fail()
    assert out.read_text() == "yesterday's"
    assert list(tmp_path.iterdir()) == [out]


def test_a_row_with_more_columns_than_the_first_is_refused_where_it_has_no_place(tmp_path: Path) -> None:
    with row_file(tmp_path / "a.jsonl", ("text",)) as write:
        write({"text": "a", "more": 1})
    with (
        pytest.raises(DataError, match="a row has 'more', which the first row has not; JSON Lines expected to keep it"),
        row_file(tmp_path / "a.csv", ("text",)) as write,
    ):
        write({"text": "a", "more": 1})


def test_answers_come_before_the_row_and_the_header_where_there_was_one(capsys: pytest.CaptureFixture[str]) -> None:
    answer_rows(rows_of("a", "b"), shout, ["loud"], PRINTED, name="shouts")
    assert capsys.readouterr().out == "loud\ttext\nA\ta\nB\tb\n"
    answer_rows(rows_of("a", named=False), shout, ["loud"], PRINTED, name="shouts")
    assert capsys.readouterr().out == "A\ta\n"


def test_a_column_whose_name_is_taken_is_called_by_nlpbots(capsys: pytest.CaptureFixture[str]) -> None:
    rows = Rows(("text", "loud"), True, iter([[Row({"text": "a", "loud": "no"}, "a")]]), lambda: (0, 0))
    answer_rows(rows, shout, ["loud"], Output(None, as_lines=True, as_json=False), name="shouts")
    assert json.loads(capsys.readouterr().out) == {"nlpbot_loud": "A", "text": "a", "loud": "no"}


def test_a_later_row_can_not_speak_for_nlpbot() -> None:
    rows = Rows(("text",), True, iter([[Row({"text": "a", "loud": "no"}, "a")]]), lambda: (0, 0))
    with pytest.raises(DataError, match="a row has 'loud', which the first row has not"):
        answer_rows(rows, shout, ["loud"], PRINTED, name="shouts")


def test_each_batch_is_answered_before_the_next_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    seen = []

    def batches() -> Iterator[list[Row]]:
        for text in ("a", "b"):
            seen.append(capsys.readouterr().out)
            yield [Row({"text": text}, text)]

    answer_rows(Rows(("text",), False, batches(), lambda: (0, 0)), shout, ["loud"], PRINTED, name="shouts")
    assert seen == ["", "A\ta\n"]


def test_all_answers_together_are_one_document(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    answer_rows(rows_of("a"), shout, ["loud"], Output(None, as_lines=False, as_json=True), name="shouts")
    assert json.loads(capsys.readouterr().out) == {"shouts": [{"loud": "A", "text": "a"}]}
    out = tmp_path / "new" / "a.csv"
    answer_rows(rows_of("a"), shout, ["loud"], Output(out, as_lines=False, as_json=True), name="shouts")
    assert json.loads(capsys.readouterr().out) == {"n": 1, "out": str(out)}
    assert out.read_text() == "loud,text\nA,a\n"
