"""From one's own faq.csv to a served bot; what is wrong is one line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from nlpbot.core.bundles.home import BundleHome

Run = Callable[..., Result]
FAQ = "question,answer\nhow do i return it,Send it back.\ncan i send it back,Send it back.\nopening hours,From nine.\n"


@pytest.fixture
def faq(tmp_path: Path) -> Path:
    (tmp_path / "faq.csv").write_text(FAQ, encoding="utf-8")
    return tmp_path / "faq.csv"


def test_checking_a_file_tells_what_is_thin(nlpbot: Run, faq: Path) -> None:
    facts = json.loads(nlpbot("chat", "check", faq, "--json").stdout)
    assert (facts["topics"], facts["questions"], facts["languages"]) == (2, 3, ["en"])
    assert facts["few_questions"] == ["how do i return it", "opening hours"]
    assert "fewer than 3 ways to ask: opening hours" in nlpbot("chat", "check", faq).stderr


def test_ones_own_questions_become_the_bot_that_a_home_serves(nlpbot: Run, faq: Path, tmp_path: Path) -> None:
    result = nlpbot("chat", "train", faq, "--home", tmp_path / "home", "--device", "cpu", "--json")
    assert result.exit_code == 0, result.output
    current = BundleHome(tmp_path / "home").current("chat")
    assert current is not None
    (tmp_path / "asked.tsv").write_text("gist\tquestion\nq2\topening hours\nq2\topening hours please\n")
    result = nlpbot("chat", "evaluate", current, "--questions", tmp_path / "asked.tsv", "--json", "--device", "cpu")
    assert json.loads(result.stdout)["languages"]["en"]["right_first"] == 1.0
    table = nlpbot("chat", "evaluate", current, "--questions", tmp_path / "asked.tsv", "--device", "cpu")
    assert "right first" in table.stdout


def test_questions_come_by_standard_input_and_what_was_found_goes_to_a_file(
    nlpbot: Run, faq: Path, tmp_path: Path
) -> None:
    bot = tmp_path / "bot"
    assert nlpbot("chat", "train", faq, "--out", bot, "--device", "cpu").exit_code == 0
    options = ("--questions", "-", "--predictions", tmp_path / "found.csv", "--device", "cpu")
    result = nlpbot("chat", "evaluate", bot, *options, stdin="question\ttopic\nopening hours\tq2\n")
    assert result.exit_code == 0, result.output
    header, row = (tmp_path / "found.csv").read_text().splitlines()
    assert header == "gist,predicted,known,likely,text"
    assert row.startswith("q2,q2,")
    assert row.endswith(",opening hours")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "faq.csv"),
        ("question,answer\n", "faq.csv"),
        ("question,colour\na,b\n", "answer"),
        ("question,answer\na,b\n", "at least two"),
        (b"question,answer\n\xff\xfe,b\n", "faq.csv"),
        (b"\x00\x01\x02" * 100, "faq.csv"),
    ],
)
def test_a_wrong_file_is_one_line(nlpbot: Run, tmp_path: Path, content: str | bytes, says: str) -> None:
    (tmp_path / "faq.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    result = nlpbot("chat", "train", tmp_path / "faq.csv", "--out", tmp_path / "out", "--device", "cpu")
    assert result.exit_code == 2, result.output
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("error: ")
    assert says in last
    assert not (tmp_path / "out").exists()


def test_intents_are_measured_with_what_is_out_of_scope_apart(nlpbot: Run, tmp_path: Path) -> None:
    kinds = {"hours": "when do you open on {}", "pay": "can i pay by card on {}", "oos": "the {} weather is nice"}
    for name, days in (("train", ["monday", "tuesday", "friday", "sunday"]), ("test", ["saturday", "thursday"])):
        rows = [f"{text.format(day)}\t{intent}" for intent, text in kinds.items() for day in days]
        (tmp_path / f"{name}.tsv").write_text("\n".join(["text\tintent", *rows]))
    files = ["--train", tmp_path / "train.tsv", "--test", tmp_path / "test.tsv"]
    command = ["chat", "evaluate", *files, "--out-of-scope", "OOS", "--model", "linear", "--device", "cpu"]
    table = nlpbot(*command).stdout
    assert "in_scope_accuracy" in table
    assert "out_of_scope_recall" in table
    result = nlpbot(*command, "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["n"] == 6
    assert report["accuracy"] == 1.0
    assert {name for name in report if "scope" in name} >= {"in_scope_accuracy", "out_of_scope_recall"}
