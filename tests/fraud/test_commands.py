import csv
import json
import re

import pytest

from nlpbot.core.bundle import open_bundle

PRIZE = "winner! claim the prize of your lucky draw at https://new.example"
LUNCH = 'see you at noon for "lunch", thanks'


def test_training_keeps_the_comparison_the_thresholds_and_that_the_data_are_synthetic(fraud_run):
    out, report = fraud_run
    assert report["served"] == "linear"
    manifest = open_bundle(out, room="fraud").manifest
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
    config = open_bundle(tmp_path / "out", room="fraud").manifest.config
    assert not config["synthetic"]
    assert config["settings"]["classify"]["seed"] == 3


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("positive = ['a']", r"a\.toml: data: at least one labelled file wanted"),
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


def test_scores_are_rows_of_verdict_probability_kind_and_text(nlpbot, fraud_run, inbox):
    first, second = nlpbot("fraud", "score", fraud_run[0], inbox).stdout.splitlines()
    verdict, probability, kind, text = first.split("\t")
    assert (verdict, kind, text) == ("fraud", "prize", PRIZE)
    assert 0.5 < float(probability) <= 1
    assert second.startswith("honest\t0.")
    piped = nlpbot("fraud", "score", fraud_run[0], stdin=f"{PRIZE}\n{LUNCH}")
    assert piped.stdout.splitlines() == [first, second]


def test_scores_can_be_written_to_a_table_or_to_json_lines(nlpbot, fraud_run, inbox, tmp_path):
    result = nlpbot("fraud", "score", fraud_run[0], inbox, "--out", tmp_path / "a.tsv")
    assert (result.stdout, result.stderr.splitlines()[-1]) == ("", f"{tmp_path / 'a.tsv'}: 2 verdicts")
    with (tmp_path / "a.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert [row["text"] for row in rows] == [PRIZE, LUNCH]
    args = ("fraud", "score", fraud_run[0], inbox, "--out", tmp_path / "a.jsonl", "--json")
    assert json.loads(nlpbot(*args).stdout) == {"n": 2, "out": str(tmp_path / "a.jsonl")}
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["verdict"] for line in lines] == ["fraud", "honest"]
    assert json.loads(nlpbot("fraud", "score", fraud_run[0], inbox, "--json").stdout)["verdicts"][1]["text"] == LUNCH


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.tsv", f"id\ttext\tx\n1\t{PRIZE}\ty\n2\n", r"a\.tsv:3: 1 columns found; 3 wanted \(id, text, x\)"),
        ("a.tsv", f"id\ttext\tx\n1\t{PRIZE}\ty\n2\t\ty\n", r"a\.tsv:3: text is empty; a value wanted"),
        ("a.jsonl", '{"text": "ok"}\n{"text": ', r"a\.jsonl:2: not JSON"),
        ("a.jsonl", '{"text": "ok"}\n{"text": "\\ud800"}', r"a\.jsonl:2: holds U\+0000 or half a surrogate pair"),
        ("a.txt", "ok\n" + "a" * 1_100_000, r"a\.txt:2: a row over 1 MiB"),
        ("a.txt", "", r"a\.txt: empty"),
    ],
)
def test_a_bad_row_is_named_and_what_was_written_before_is_kept(nlpbot, fraud_run, tmp_path, name, content, says):
    (tmp_path / name).write_text(content)
    (tmp_path / "out.tsv").write_text("yesterday's")
    result = nlpbot("fraud", "score", fraud_run[0], tmp_path / name, "--out", tmp_path / "out.tsv")
    assert result.exit_code == 2
    assert re.search(f"^error: .*{says}", result.stderr), result.stderr
    assert (tmp_path / "out.tsv").read_text() == "yesterday's"


def test_an_explanation_shows_words_advice_and_where_it_comes_from(nlpbot, fraud_run):
    shown = nlpbot("fraud", "explain", fraud_run[0], PRIZE)
    assert shown.stdout.startswith("fraud · ")
    assert "prize" in shown.stdout
    assert "\n- " in shown.stdout
    judgement = json.loads(nlpbot("fraud", "explain", fraud_run[0], PRIZE, "--json").stdout)
    assert {"verdict", "probability", "kind", "summary", "spans", "advice", "notice"} <= set(judgement)
    assert all(PRIZE[span["start"] : span["end"]] for span in judgement["spans"])


def test_a_description_is_the_card_of_a_bundle(nlpbot, fraud_run):
    card = json.loads(nlpbot("fraud", "describe", fraud_run[0], "--json").stdout)
    assert card["synthetic"]
    assert set(card["data"]) == {"messages.tsv"}
    assert card["baseline"]["name"] == "linear"
    shown = nlpbot("fraud", "describe", fraud_run[0]).stdout
    assert "makes no promise about yours" in shown
    assert f"{card['thresholds']['fraud_from']:.3f}" in shown
