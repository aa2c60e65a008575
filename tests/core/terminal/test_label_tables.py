import numpy as np

from nlpbot.core.kernel.console import Table
from nlpbot.core.measures.labels import label_by_label
from nlpbot.core.terminal.label_tables import WORST, label_tables

COLUMNS = ["label", "n", "precision", "recall"]


def test_few_lines_show_what_is_found_worst_and_confused_most() -> None:
    labels = np.repeat(np.arange(8), 3)
    predicted = labels.copy()
    predicted[:3], predicted[3] = 7, 0  # label 0 is never found, label 1 twice of three times
    worst, confused = label_tables(label_by_label(labels, predicted, [f"l{n}" for n in range(9)]))
    assert (worst.title, worst.columns, len(worst.rows)) == ("the 5 of 8 labels told worst", COLUMNS, WORST)
    assert list(worst.rows)[:3] == [
        ["l0", "3", "0.0000", "0.0000"],
        ["l7", "3", "0.5000", "1.0000"],
        ["l1", "3", "1.0000", "0.6667"],
    ]
    rows = [["l0", "l7", "3"], ["l1", "l0", "1"]]
    assert confused == Table("most often confused", ["label", "taken for", "n"], rows)


def test_where_nothing_is_confused_nothing_is_said_of_it() -> None:
    (labels,) = label_tables(label_by_label(np.array([0, 1]), np.array([0, 1]), ["ham", "spam"]))
    rows = [["ham", "1", "1.0000", "1.0000"], ["spam", "1", "1.0000", "1.0000"]]
    assert labels == Table("labels, the worst first", COLUMNS, rows)
