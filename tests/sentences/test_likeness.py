import numpy as np
import pytest

from nlpbot.sentences import likeness
from nlpbot.sentences.likeness import alike_pairs, nearest_texts

ROWS = np.array([[1, 0], [0.8, 0.6], [0, 1], [1, 0], [-1, 0]], dtype=np.float32)


def test_the_nearest_come_first():
    assert nearest_texts(ROWS[0], ROWS, 3) == [(0, 1.0), (3, 1.0), (1, pytest.approx(0.8))]


@pytest.mark.parametrize("block", [1, 2, 1024])
def test_each_pair_is_told_once_the_most_alike_first(monkeypatch, block):
    monkeypatch.setattr(likeness, "BLOCK", block)
    pairs, count = alike_pairs(ROWS, least=0.5, most=10)
    assert [(one, other) for one, other, _ in pairs] == [(0, 3), (0, 1), (1, 3), (1, 2)]
    assert [score for *_, score in pairs] == pytest.approx([1.0, 0.8, 0.8, 0.6])
    assert count == 4


def test_no_more_pairs_are_told_than_asked_but_all_are_counted():
    pairs, count = alike_pairs(ROWS, least=0.5, most=1)
    assert ([(one, other) for one, other, _ in pairs], count) == ([(0, 3)], 4)
