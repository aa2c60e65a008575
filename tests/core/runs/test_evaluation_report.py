from nlpbot.core.runs.evaluation_report import EvaluationReport

KEYS = ["n", "accuracy", "intervals", "baseline", "labels", "seconds", "protocol", "seed"]


def test_metrics_and_details_stand_among_the_keys_that_every_report_has():
    report = EvaluationReport(3, {"accuracy": 0.5}, "by hand", 1.239, seed=None, details={"labels": 2})
    assert list(report.to_json()) == KEYS
    assert report.to_json() == {
        "n": 3,
        "accuracy": 0.5,
        "intervals": {},
        "baseline": {},
        "labels": 2,
        "seconds": 1.24,
        "protocol": "by hand",
        "seed": None,
    }
