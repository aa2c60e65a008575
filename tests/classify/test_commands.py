import csv
import json
import re
from collections import Counter

import pytest

from nlpbot.core.bundles.bundle import open_bundle
from nlpbot.core.kernel.hashes import sha256_of


def test_training_prints_all_candidates_and_keeps_them(nlpbot, asked_file, asked_run):
    out, report = asked_run
    assert set(report["candidates"]) == {"linear", "lstm", "stacked"}
    assert report["served"] == "stacked"
    assert {"log_loss", "accuracy", "macro_f1", "valid_loss", "seconds", "protocol", "bundle"} <= set(report)
    manifest = open_bundle(out, kind="classify").manifest
    assert manifest.baseline["name"] == "linear"
    assert manifest.data == {"asked.tsv": sha256_of(asked_file)}
    assert manifest.settings["lstm"]["network"]["hidden"] == 8
    table = nlpbot("classify", "train", asked_file, "--model", "linear", "--out", out.with_name("plain"), "--seed", "4")
    assert re.search(r"linear \(served\)", table.stdout)
    assert open_bundle(out.with_name("plain"), kind="classify").manifest.settings["seed"] == 4


def test_options_take_the_place_of_settings(nlpbot, asked_file, tmp_path):
    train = ("classify", "train", asked_file.with_suffix(".toml"), "--model", "linear", "--seed", "5")
    assert nlpbot(*train, "--out", tmp_path / "out").exit_code == 0
    settings = open_bundle(tmp_path / "out", kind="classify").manifest.settings
    assert (settings["seed"], settings["model"], settings["folds"]) == (5, "linear", 2)


def test_a_validation_file_may_be_given(nlpbot, asked_file, tmp_path):
    train = ("classify", "train", asked_file, "--valid", asked_file, "--model", "linear", "--json")
    report = json.loads(nlpbot(*train, "--out", tmp_path / "out").stdout)
    assert "chosen and calibrated on 72 rows held out" in report["protocol"]


def test_texts_come_from_a_file_or_from_standard_input_and_blank_ones_have_no_label(nlpbot, asked_run, tmp_path):
    bundle = asked_run[0]
    (tmp_path / "a.txt").write_text("will it rain in Ely\n\nbook me a train to Ely\n")
    from_file = nlpbot("classify", "predict", bundle, tmp_path / "a.txt")
    rows = [line.split("\t") for line in from_file.stdout.splitlines()]
    assert [(label, text) for label, _, text in rows] == [
        ("weather", "will it rain in Ely"),
        ("", ""),
        ("travel", "book me a train to Ely"),
    ]
    piped = nlpbot("classify", "predict", bundle, stdin="will it rain in Ely\n\n book me a train to Ely")
    assert piped.stdout == from_file.stdout
    assert nlpbot("classify", "predict", bundle, stdin="").stdout == ""


def test_all_columns_are_kept_and_the_likeliest_labels_told(nlpbot, asked_run, tmp_path):
    (tmp_path / "a.csv").write_text('n,body\n1,"any snow, rain?"\n')
    predict = ("classify", "predict", asked_run[0], tmp_path / "a.csv", "--text-column", "body")
    [line] = nlpbot(*predict, "--top", "9", "--jsonl").stdout.splitlines()
    row = json.loads(line)
    assert list(row) == ["label", "probability", "label_2", "probability_2", "n", "body"]
    assert (row["label"], row["label_2"], row["n"]) == ("weather", "travel", "1")
    assert row["probability"] + row["probability_2"] == pytest.approx(1, abs=1e-3)
    assert nlpbot(*predict, "--out", tmp_path / "out.csv").exit_code == 0
    assert (tmp_path / "out.csv").read_text().splitlines()[1].endswith(',1,"any snow, rain?"')
    [prediction] = json.loads(nlpbot(*predict, "--json").stdout)["predictions"]
    assert set(prediction) == {"label", "probability", "n", "body"}


@pytest.mark.parametrize(
    ("stdin", "says"),
    [(b"ok\n\xff\xfe bad", "standard input: not UTF-8"), (b"a" * 1_100_000, "standard input:1: a row over 1 MiB")],
)
def test_bad_standard_input_is_one_line(nlpbot, asked_run, stdin, says):
    result = nlpbot("classify", "predict", asked_run[0], stdin=stdin)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: {says}")
    assert result.stderr.count("\n") == 1


def test_a_file_is_looked_into(nlpbot, asked_file):
    facts = json.loads(nlpbot("classify", "inspect", asked_file, "--json").stdout)
    assert facts["labels"] == {"weather": 36, "travel": 36}
    assert (facts["n"], facts["groups"], facts["near_duplicates"]) == (72, 12, 0)
    assert "50.0%" in nlpbot("classify", "inspect", asked_file).stdout
    piped = nlpbot("classify", "inspect", "-", "--json", stdin=asked_file.read_text(encoding="utf-8")).stdout
    assert json.loads(piped) == facts


def test_evaluation_on_a_file_says_how_a_bundle_does(nlpbot, asked_file, asked_run):
    args = ("classify", "evaluate", asked_run[0], "--test", asked_file)
    report = json.loads(nlpbot(*args, "--json").stdout)
    assert report["accuracy"] > 0.9
    assert report["n"] == 72
    assert f"{report['macro_f1']:.4f}" in nlpbot(*args).stdout


def test_evaluation_trains_on_one_file_and_measures_on_another(nlpbot, asked_file):
    args = ("--train", asked_file, "--test", asked_file, "--model", "linear", "--json")
    report = json.loads(nlpbot("classify", "evaluate", *args).stdout)
    assert report["baseline"]["accuracy"] == report["accuracy"]


def test_an_evaluation_tells_of_each_label_and_writes_what_was_predicted(nlpbot, asked_file, asked_run, tmp_path):
    out = tmp_path / "judged.csv"
    evaluate = ("classify", "evaluate", asked_run[0], "--test")
    piped = nlpbot(*evaluate, "-", "--predictions", out, "--json", stdin=asked_file.read_text(encoding="utf-8"))
    report = json.loads(piped.stdout)
    assert set(report["labels"]) == {"weather", "travel"}
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 72
    wrong = Counter((row["label"], row["predicted"]) for row in rows if row["label"] != row["predicted"])
    assert wrong == {(c["label"], c["predicted"]): c["n"] for c in report["confusions"]}
    assert "label\tn\tprecision\trecall\n" in nlpbot(*evaluate, asked_file).stdout
    assert "judged.csv: exists already" in nlpbot(*evaluate, asked_file, "--predictions", out).stderr


def test_folds_judge_near_duplicates_once_unless_all_are_to_be_kept(nlpbot, asked_file, tmp_path):
    text = asked_file.read_text(encoding="utf-8")
    (tmp_path / "a.tsv").write_text(text + "weather\t\tWILL IT RAIN IN ELY?\n", encoding="utf-8")
    args = ("classify", "evaluate", "--data", tmp_path / "a.tsv", "--folds", "2", "--model", "linear", "--json")
    once, all_rows = (json.loads(nlpbot(*args, *more).stdout) for more in ((), ("--keep-duplicates",)))
    assert (once["n"], all_rows["n"]) == (72, 73)
    assert once["protocol"].startswith("2 folds, near-duplicates and groups together")
    assert all_rows["protocol"].endswith("near-duplicates kept")
    assert once["served"] == ["linear", "linear"]
    assert once["baseline"]["name"] == "linear"


FILES = {
    "one-label.tsv": b"label\ttext\na\tone\na\ttwo\n",
    "empty.tsv": b"",
    "header.tsv": b"label\ttext\n",
    "binary.csv": b"\x89PNG\0\0",
    "short.tsv": b"label\ttext\na\tone\na\n",
    "columns.tsv": b"x\ty\tz\na\tb\tc\n",
    "two-rows.tsv": b"label\ttext\na\tone one\na\tone one one\nb\ttwo\n",
    "unknown.toml": b"data = ['a.tsv']\nfoldss = 2\n",
    "no-data.toml": b"folds = 2\n",
}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("one-label.tsv", r"one-label\.tsv: only the label 'a' found; at least two labels expected"),
        ("empty.tsv", r"empty\.tsv: empty"),
        ("header.tsv", r"header\.tsv: no rows"),
        ("binary.csv", r"binary\.csv: binary"),
        ("short.tsv", r"short\.tsv:3: 1 columns found; 2 expected \(label, text\)"),
        ("columns.tsv", r"columns\.tsv: columns are x, y, z; one of text, .* expected"),
        ("unknown.toml", r"unknown\.toml: foldss: .*known: data, model"),
        ("no-data.toml", r"no-data\.toml: data: at least one labelled file expected"),
        ("missing.tsv", r"File '.*missing\.tsv' does not exist"),
    ],
)
def test_what_can_t_be_trained_on_is_one_line(nlpbot, tmp_path, name, says):
    if name in FILES:
        (tmp_path / name).write_bytes(FILES[name])
    result = nlpbot("classify", "train", tmp_path / name, "--model", "linear", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert re.search(f"^error: .*{says}", result.stderr.splitlines()[-1]), result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ((), "one of these expected: BUNDLE --test FILE"),
        (("--train", "FILE"), "one of these expected"),
        (("--test", "FILE"), "one of these expected"),
        (("--data", "FILE", "--test", "FILE"), "one of these expected"),
        (("--data", "FILE", "--folds", "1"), "Invalid value for '--folds'"),
        (("--data", "FILE", "--label-column", "nope"), "--label-column nope: no such column"),
    ],
)
def test_an_evaluation_says_what_it_needs(nlpbot, asked_file, args, says):
    result = nlpbot("classify", "evaluate", *(asked_file if arg == "FILE" else arg for arg in args))
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_bundle_names_all_that_it_was_made_of(nlpbot, asked_file, tmp_path):
    valid, corpus = tmp_path / "held.tsv", tmp_path / "corpus.txt"
    valid.write_bytes(asked_file.read_bytes())
    corpus.write_text("will it rain today\nbook me a train today\n" * 9, encoding="utf-8")
    settings = ("--dim", "4", "--min-count", "1", "--epochs", "1", "--workers", "1")
    assert nlpbot("vectors", "train", corpus, "--out", tmp_path / "words", *settings).exit_code == 0
    train = ("classify", "train", asked_file, "--valid", valid, "--vectors", tmp_path / "words", "--model", "linear")
    assert nlpbot(*train, "--out", tmp_path / "out").exit_code == 0
    data = open_bundle(tmp_path / "out", kind="classify").manifest.data
    assert data == {path.name: sha256_of(path) for path in (asked_file, valid, tmp_path / "words" / "manifest.json")}
