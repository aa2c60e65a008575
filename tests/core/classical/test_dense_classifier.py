import numpy as np
import pytest

from nlpbot.core.classical.dense_classifier import fit_dense


def rows_near(corners, each=6):
    rng = np.random.default_rng(0)
    rows = np.repeat(np.asarray(corners, dtype=np.float32), each, axis=0)
    rows = rows + 0.1 * rng.normal(size=rows.shape)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("labels", [2, 3, 5])
def test_rows_are_told_apart(labels):
    rows, truth = rows_near(np.eye(labels, 8)), np.repeat(np.arange(labels), 6)
    weights, bias = fit_dense(rows, truth.tolist(), count=labels)
    assert ((rows @ weights + bias).argmax(axis=1) == truth).all()


def test_a_label_that_no_row_has_comes_last():
    weights, bias = fit_dense(rows_near(np.eye(2, 4)), [0] * 6 + [2] * 6, count=3)
    assert (rows_near(np.eye(2, 4)) @ weights + bias).argmin(axis=1).tolist() == [1] * 12


def test_with_one_label_there_is_nothing_to_learn():
    weights, bias = fit_dense(rows_near(np.eye(1, 4)), [1] * 6, count=2)
    assert not weights.any()
    assert bias.tolist() == [-10, 0]
