import numpy as np

from nlpbot.classify.evaluate import Evaluation, Measured, report_of
from nlpbot.classify.report import with_tables, write_predictions
from nlpbot.core.kernel.console import print_result

NAMES = ("ham", "spam")
PROBABILITIES = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.3, 0.7]])
EVALUATION = Evaluation(NAMES, Measured(np.array([0, 0, 1, 1]), PROBABILITIES), None, "by hand", 1.0)


def test_figures_come_first_then_the_worst_labels_and_what_they_are_taken_for(capsys):
    report = with_tables(report_of(EVALUATION))
    print_result(report, as_json=False)
    out, err = capsys.readouterr()
    rows = [line.split("\t") for line in out.splitlines()]
    assert rows[0] == ["metric", "served", "95 % interval", "linear alone"]
    assert rows[1][:2] == ["accuracy", "0.7500"]
    assert rows[-5:] == [
        ["label", "n", "precision", "recall"],
        ["ham", "2", "1.0000", "0.5000"],
        ["spam", "2", "0.6667", "1.0000"],
        ["label", "taken for", "n"],
        ["ham", "spam", "1"],
    ]
    assert "by hand\n1 s; served: the bundle" in err
    assert report.to_json()["confusions"] == [{"label": "ham", "predicted": "spam", "n": 1}]


def test_each_prediction_stands_beside_its_label_and_text(tmp_path):
    write_predictions(tmp_path / "a.tsv", EVALUATION, ["a", "b", "c", "d"])
    rows = [line.split("\t") for line in (tmp_path / "a.tsv").read_text().splitlines()]
    assert rows[:3] == [
        ["label", "predicted", "probability", "text"],
        ["ham", "ham", "0.9", "a"],
        ["ham", "spam", "0.6", "b"],
    ]
    assert len(rows) == 5
