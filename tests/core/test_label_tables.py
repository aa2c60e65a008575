import numpy as np
import pytest

from nlpbot.core.label_tables import WORST, print_by_label
from nlpbot.core.linear.metrics import label_by_label


def test_few_lines_show_what_is_told_worst_and_confused_most(capsys: pytest.CaptureFixture[str]) -> None:
    labels = np.repeat(np.arange(8), 3)
    predicted = labels.copy()
    predicted[:3], predicted[3] = 7, 0  # label 0 is never found, label 1 twice of three times
    print_by_label(label_by_label(labels, predicted, [f"l{n}" for n in range(9)]))
    out, err = capsys.readouterr()
    assert out.splitlines()[:4] == [
        "label\tn\tprecision\trecall",
        "l0\t3\t0.0000\t0.0000",
        "l7\t3\t0.5000\t1.0000",
        "l1\t3\t1.0000\t0.6667",
    ]
    assert out.splitlines()[1 + WORST :] == ["label\ttaken for\tn", "l0\tl7\t3", "l1\tl0\t1"]
    assert err == "the 5 of 8 labels told worst\nmost often confused\n"


def test_where_nothing_is_confused_nothing_is_said_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    print_by_label(label_by_label(np.array([0, 1]), np.array([0, 1]), ["ham", "spam"]))
    assert capsys.readouterr() == (
        "label\tn\tprecision\trecall\nham\t1\t1.0000\t1.0000\nspam\t1\t1.0000\t1.0000\n",
        "labels, the worst first\n",
    )
