import json

import pytest

from nlpbot.core.text.labelled import Example
from nlpbot.fraud.evaluate import evaluate_scorer
from nlpbot.fraud.predictor import FraudPredictor

TEST = [
    Example("winner! claim the prize of your lucky draw at https://new.example", "bad", kind="prize"),
    Example("your parcel is held, pay a customs fee at https://x.example", "bad", kind="parcel"),
    Example("see you at noon for lunch", "good", kind="chat"),
    Example("the meeting moved to noon", "good"),
]


def test_a_bundle_s_report_has_verdicts_and_the_share_flagged_of_each_kind(fraud_run):
    predictor = FraudPredictor.load(fraud_run[0], device="cpu")
    report = evaluate_scorer(predictor, TEST, positive=["bad"], seed=2).to_json()
    assert report["auroc"] == 1
    assert {"f1", "recall_at_fpr_0.001", "ece"} <= report.keys()
    assert report["flagged_by_kind"]["fraud: prize"] == {"n": 1, "flagged": 1.0}
    assert report["flagged_by_kind"]["honest: all"] == {"n": 1, "flagged": 0.0}
    assert sum(report["verdicts"].values()) == pytest.approx(1)
    assert report["labels"]["fraud"] == {"n": 2, "precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert report["confusions"] == []
    json.dumps(report, allow_nan=False)


@pytest.fixture
def test_file(tmp_path):
    rows = [f"{row.label}\t{row.kind or ''}\t{row.text}" for row in [*TEST, Example("winner! lunch", "odd")]]
    (tmp_path / "test.tsv").write_text("\n".join(["label\tkind\ttext", *rows, ""]))
    return tmp_path / "test.tsv"


def report_of(nlpbot, *args):
    result = nlpbot("fraud", "evaluate", *args, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_negative_labels_leave_other_rows_out_for_a_bundle_too(nlpbot, fraud_run, test_file):
    args = (fraud_run[0], "--test", test_file, "--positive", "bad")
    assert report_of(nlpbot, *args)["n"] == 5
    assert report_of(nlpbot, *args, "--negative", "good")["n"] == 4


def test_the_verdict_of_each_message_can_be_written(nlpbot, fraud_run, test_file, tmp_path):
    out = tmp_path / "judged.jsonl"
    args = ("--positive", "bad", "--predictions", out)
    assert report_of(nlpbot, fraud_run[0], "--test", test_file, *args)["n"] == 5
    first, *_, last = [json.loads(line) for line in out.read_text().splitlines()]
    assert (first["label"], first["verdict"], first["kind"], first["text"]) == ("bad", "fraud", "prize", TEST[0].text)
    assert (last["label"], last["verdict"]) == ("odd", "too_short")
    refused = nlpbot("fraud", "evaluate", fraud_run[0], "--test", test_file, *args)
    assert "judged.jsonl: exists already" in refused.stderr


def test_folds_of_one_file_train_for_the_evaluation(nlpbot, messages):
    args = ("--data", messages, "--folds", "2", "--model", "linear", "--positive", "scam")
    report = report_of(nlpbot, *args)
    assert report["n"] == 60
    assert report["f1"] > 0.9
    assert {"f1", "auroc", "average_precision"} <= set(report["baseline"])
    assert "flagged_by_kind" not in report
    assert report_of(nlpbot, *args, "--negative", "ok")["n"] == 60


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--positive", "spam"), "--positive spam: no such label; there are ok, scam"),
        ((), "--positive fraud: no such label"),
        (("--positive", "scam", "--negative", "ham"), "no rows labelled ham; there are ok, scam"),
    ],
)
def test_labels_that_are_not_there_are_named(nlpbot, messages, args, says):
    result = nlpbot("fraud", "evaluate", "--data", messages, "--model", "linear", *args)
    assert result.exit_code == 2
    assert says in result.stderr
