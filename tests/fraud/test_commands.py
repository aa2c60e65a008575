import csv
import json
import re
import shutil

import pytest

from nlpbot.core.bundles.bundle import open_bundle
from nlpbot.core.bundles.home import BundleHome
from nlpbot.core.bundles.manifest import read_manifest

PRIZE = "winner! claim the prize of your lucky draw at https://new.example"
LUNCH = 'see you at noon for "lunch", thanks'


def test_training_keeps_the_comparison_the_thresholds_and_that_the_data_are_synthetic(fraud_run):
    out, report = fraud_run
    assert report["served"] == "linear"
    manifest = open_bundle(out, kind="fraud").manifest
    assert manifest.config["synthetic"]
    assert set(manifest.parts) == {"detector", "kinds"}
    assert set(manifest.thresholds) == {"unsure_from", "fraud_from"}
    assert {"auroc", "f1", "accuracy"} <= set(manifest.metrics)


def test_a_data_file_alone_trains_with_its_labels_named(nlpbot, messages, tmp_path):
    text = messages.read_text(encoding="utf-8").replace("scam\t", "wicked\t")
    (tmp_path / "a.tsv").write_text(text)
    settings = tmp_path / "a.toml"
    settings.write_text(messages.with_suffix(".toml").read_text().replace("messages", "a").replace("true", "false"))
    refused = nlpbot("fraud", "train", settings, "--out", tmp_path / "out")
    assert refused.exit_code == 2
    assert "labels found: ok, wicked; name those that mean fraud with --positive" in refused.stderr
    result = nlpbot("fraud", "train", settings, "--positive", "wicked", "--seed", "3", "--out", tmp_path / "out")
    assert result.exit_code == 0
    manifest = open_bundle(tmp_path / "out", kind="fraud").manifest
    assert not manifest.config["synthetic"]
    assert manifest.settings["classify"]["seed"] == 3


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("positive = ['a']", r"a\.toml: data: at least one labelled file expected"),
        ("x = 1", r"a\.toml: x: .*known: data"),
    ],
)
def test_wrong_settings_are_one_line(nlpbot, tmp_path, content, says):
    (tmp_path / "a.toml").write_text(content)
    result = nlpbot("fraud", "train", tmp_path / "a.toml", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert re.search(f"^error: {says}", result.stderr)


@pytest.fixture
def inbox(tmp_path):
    (tmp_path / "inbox.txt").write_text(f"{PRIZE}\n\n{LUNCH}\n", encoding="utf-8")
    return tmp_path / "inbox.txt"


@pytest.fixture
def table(tmp_path):
    rows = [["id", "kind", "message"], ["1", "a, b", PRIZE], ["2", "", LUNCH]]
    with (tmp_path / "inbox.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return tmp_path / "inbox.csv"


def test_scores_are_rows_of_verdict_probability_kind_and_text(nlpbot, fraud_run, inbox):
    first, blank, second = nlpbot("fraud", "score", fraud_run[0], inbox).stdout.splitlines()
    verdict, probability, kind, text = first.split("\t")
    assert (verdict, kind, text) == ("fraud", "prize", PRIZE)
    assert 0.5 < float(probability) <= 1
    assert blank.split("\t")[0] == "too_short"
    assert blank.endswith("\t\t")
    assert second.startswith("honest\t0.")
    for words in ([], ["-"]):
        piped = nlpbot("fraud", "score", fraud_run[0], *words, stdin=f"{PRIZE}\n\n{LUNCH}")
        assert piped.stdout.splitlines() == [first, blank, second]


def test_a_scorer_is_called_by_its_name_in_the_home(nlpbot, fraud_run, inbox, tmp_path):
    home = BundleHome(tmp_path / "home")
    folder = home.new_version("mine")
    shutil.copytree(fraud_run[0], folder)
    home.promote("mine", folder.name)
    by_name = nlpbot("fraud", "score", "mine", inbox, "--home", home.root)
    assert by_name.stdout == nlpbot("fraud", "score", fraud_run[0], inbox).stdout


@pytest.mark.parametrize(
    ("ending", "delimiter", "quoting"), [(".csv", ",", csv.QUOTE_MINIMAL), (".tsv", "\t", csv.QUOTE_NONE)]
)
def test_all_columns_are_kept_in_the_form_that_the_ending_says(
    nlpbot, fraud_run, table, tmp_path, ending, delimiter, quoting
):
    out = tmp_path / f"out{ending}"
    result = nlpbot("fraud", "score", fraud_run[0], table, "--out", out)
    assert (result.stdout, result.stderr.splitlines()[-1]) == ("", f"{out}: 2 verdicts")
    with out.open(encoding="utf-8", newline="") as file:
        first, second = csv.DictReader(file, delimiter=delimiter, quoting=quoting)
    assert (first["verdict"], first["nlpbot_kind"], first["id"], first["kind"]) == ("fraud", "prize", "1", "a, b")
    assert (second["verdict"], second["nlpbot_kind"], second["message"]) == ("honest", "", LUNCH)


def test_scores_are_json_lines_or_one_document_where_asked_for(nlpbot, fraud_run, inbox, tmp_path):
    score = ("fraud", "score", fraud_run[0], inbox)
    told = nlpbot(*score, "--out", tmp_path / "a.jsonl", "--json")
    assert json.loads(told.stdout) == {"n": 3, "out": str(tmp_path / "a.jsonl")}
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["verdict"] for line in lines] == ["fraud", "too_short", "honest"]
    assert [json.loads(line) for line in nlpbot(*score, "--jsonl").stdout.splitlines()] == lines
    assert json.loads(nlpbot(*score, "--json").stdout) == {"verdicts": lines}


def test_a_column_may_be_named_and_a_header_may_be_missing(nlpbot, fraud_run, tmp_path):
    (tmp_path / "a.tsv").write_text(f"text\tbody\nx\t{PRIZE}\n")
    for words, stdin in (([tmp_path / "a.tsv"], None), (["-"], (tmp_path / "a.tsv").read_text())):
        scored = nlpbot("fraud", "score", fraud_run[0], *words, "--text-column", "body", stdin=stdin).stdout
        header, row = scored.splitlines()
        assert header == "verdict\tprobability\tkind\ttext\tbody"
        assert row.startswith("fraud\t")
        assert row.endswith(f"\tx\t{PRIZE}")
    (tmp_path / "b.tsv").write_text(f"ham\t{LUNCH}\nham\tsee you\nspam\t{PRIZE}\n")
    result = nlpbot("fraud", "score", fraud_run[0], tmp_path / "b.tsv")
    assert [line.split("\t")[0] for line in result.stdout.splitlines()] == ["honest", "too_short", "fraud"]
    assert "no header; column 2 is taken for the text" in result.stderr


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.tsv", f"id\ttext\tx\n1\t{PRIZE}\ty\n2\n", r"a\.tsv:3: 1 columns found; 3 expected \(id, text, x\)"),
        ("a.tsv", f"id\tmood\tx\n1\t{PRIZE}\ty\n", r"a\.tsv: columns are id, mood, x; one of text, .* expected"),
        ("a.jsonl", '{"text": "ok"}\n{"text": ', r"a\.jsonl:2: not JSON"),
        ("a.jsonl", '{"text": "ok"}\n{"text": "\\ud800"}', r"a\.jsonl:2: holds U\+0000 or half a surrogate pair"),
        ("a.jsonl", '{"text": "ok"}\n{"text": "ok", "more": 1}', "a row has 'more', which the first row has not"),
        ("a.txt", "ok\n" + "a" * 1_100_000, r"a\.txt:2: a row over 1 MiB"),
        ("a.txt", "", r"a\.txt: empty"),
    ],
)
def test_a_bad_row_is_named_and_what_was_written_before_is_kept(nlpbot, fraud_run, tmp_path, name, content, says):
    (tmp_path / name).write_text(content)
    (tmp_path / "out.tsv").write_text("yesterday's")
    result = nlpbot("fraud", "score", fraud_run[0], tmp_path / name, "--out", tmp_path / "out.tsv", "--force")
    assert result.exit_code == 2
    assert re.search(f"^error: .*{says}", result.stderr.splitlines()[-1]), result.stderr
    assert (tmp_path / "out.tsv").read_text() == "yesterday's"
    assert sorted(path.name for path in tmp_path.iterdir()) == [name, "out.tsv"]


def test_scores_of_yesterday_are_replaced_only_by_force(nlpbot, fraud_run, inbox, tmp_path):
    (tmp_path / "out.tsv").write_text("yesterday's")
    score = ("fraud", "score", fraud_run[0], inbox, "--out", tmp_path / "out.tsv")
    assert "out.tsv: exists already" in nlpbot(*score).stderr
    assert (tmp_path / "out.tsv").read_text() == "yesterday's"
    assert nlpbot(*score, "--force").exit_code == 0
    assert (tmp_path / "out.tsv").read_text().startswith("verdict\t")


def test_an_explanation_shows_words_advice_and_where_it_comes_from(nlpbot, fraud_run):
    shown = nlpbot("fraud", "explain", fraud_run[0], PRIZE)
    assert shown.stdout.startswith("fraud · ")
    assert "prize" in shown.stdout
    assert "\n- " in shown.stdout
    judgement = json.loads(nlpbot("fraud", "explain", fraud_run[0], PRIZE, "--json").stdout)
    assert {"verdict", "probability", "kind", "summary", "spans", "advice", "notice"} <= set(judgement)
    assert all(PRIZE[span["start"] : span["end"]] for span in judgement["spans"])
    assert json.loads(nlpbot("fraud", "explain", fraud_run[0], "-", "--json", stdin=f"{PRIZE}\n").stdout) == judgement


def test_an_explanation_of_hello_is_that_it_is_too_short(nlpbot, fraud_run):
    shown = nlpbot("fraud", "explain", fraud_run[0], "hello").stdout
    assert shown.startswith("too short to judge\n")
    assert "%" not in shown


def test_a_description_is_the_card_of_a_bundle(nlpbot, fraud_run):
    card = json.loads(nlpbot("fraud", "describe", fraud_run[0], "--json").stdout)
    assert card["synthetic"]
    assert set(card["data"]) == {"messages.tsv", "wording.yaml"}
    assert card["baseline"]["name"] == "linear"
    shown = nlpbot("fraud", "describe", fraud_run[0]).stdout
    assert ("is unsure, however probable fraud is" in shown) == ("kinds" in read_manifest(fraud_run[0]).parts)
    assert "makes no promise about yours" in shown
    assert f"{card['thresholds']['fraud_from']:.3f}" in shown
