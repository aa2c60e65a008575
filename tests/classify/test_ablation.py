import json

from nlpbot.classify import run
from nlpbot.classify.ablation import with_ablation
from nlpbot.classify.evaluate import evaluate_predictor, report_of


def test_each_member_is_left_out(trained, rows):
    report = report_of(evaluate_predictor(trained.predictor, rows))
    found = with_ablation(report, trained.predictor, rows).details["ablation"]
    assert found.keys() == {"nothing", "linear", "lstm"}
    assert found["nothing"]["accuracy"] == report.metrics["accuracy"]
    assert found["nothing"]["size_mb"] > max(found["linear"]["size_mb"], found["lstm"]["size_mb"])


def test_a_detector_is_measured_as_one(trained, rows):
    report = report_of(evaluate_predictor(trained.predictor, rows), positive=["travel"])
    found = with_ablation(report, trained.predictor, rows, ["travel"]).details["ablation"]
    assert found["nothing"]["f1"] == report.metrics["f1"]


def test_folds_are_refused_before_anything_is_trained(nlpbot, asked_file, monkeypatch):
    monkeypatch.setattr(run, "train_classifier", None)
    result = nlpbot("classify", "evaluate", "--data", asked_file, "--ablate")
    assert result.exit_code == 2
    assert "error: --ablate: BUNDLE --test FILE or --train FILE --test FILE expected" in result.stderr


def test_what_is_trained_here_is_trained_without_the_sentence_encoder_too(nlpbot, asked_file):
    args = ("--train", asked_file, "--test", asked_file, "--model", "auto", "--ablate")
    report = json.loads(nlpbot("classify", "evaluate", *args, "--json").stdout)
    assert "sentence encoder" in report["ablation"]
    shown = nlpbot("classify", "evaluate", "--train", asked_file, "--test", asked_file, "--model", "linear", "--ablate")
    assert "left out\taccuracy" in shown.stdout
    assert "sentence encoder" not in shown.stdout


def test_a_bundle_is_measured_without_each_member(nlpbot, asked_file, asked_run):
    shown = nlpbot("classify", "evaluate", asked_run[0], "--test", asked_file, "--ablate").stdout
    assert [line.split("\t")[0] for line in shown[shown.index("left out") :].splitlines()[1:4]] == [
        "nothing", "linear", "lstm"
    ]  # fmt: skip
