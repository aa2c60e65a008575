import numpy as np
import pytest

from nlpbot.classify.occlusion import SLICE_TEXTS, scores_by_reading, without
from nlpbot.core.kernel.slices import finished

TEXT = "aaa bb c dddd"
WORDS = [(0, 3), (4, 6), (7, 8), (9, 13)]
PAIRS = [(0, 6), (4, 8), (7, 13)]


class Adding:
    """A model that counts letters, and remembers what it read."""

    def __init__(self):
        self.texts = []

    def __call__(self, texts):
        self.texts += texts
        return np.array([[sum(map(text.count, "ab")), text.count("d")] for text in texts], dtype=np.float32)


@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        ((4, 6), "aaa c dddd"),
        ((0, 3), "bb c dddd"),
        ((7, 13), "aaa bb"),
        ((10, 11), "aaa bb c d dd"),
        ((0, 13), ""),
        ((0, 0), TEXT),
    ],
)
def test_a_space_stands_in_place_of_a_piece(piece, expected):
    assert without(TEXT, piece) == expected


def test_each_piece_is_left_out_in_turn():
    read = Adding()
    scores = finished(scores_by_reading(read, TEXT, [*WORDS, *PAIRS], most=7))
    assert scores[:, 0].tolist() == [2, 3, 5, 5, 0, 3, 5]
    assert read.texts == [without(TEXT, piece) for piece in [*WORDS, *PAIRS]]


def test_where_there_are_too_many_pieces_they_share_what_is_lost_with_longer_runs():
    read = Adding()
    scores = finished(scores_by_reading(read, TEXT, [(0, 0), *WORDS, *PAIRS], most=2))
    assert read.texts == [TEXT, "c dddd", "aaa bb"]
    one, other = 5 / 7, 4 / 6  # lost with a character of "aaa bb " and of "c dddd"
    of_one = [0, 3 * one, 2 * one, 0, 0, 6 * one, 3 * one, 0]
    of_other = [0, 0, 0, 1 * other, 4 * other, 0, 1 * other, 6 * other]
    np.testing.assert_allclose([5, 4] - scores, np.transpose([of_one, of_other]), atol=1e-6)


@pytest.mark.parametrize("most", [1, 3, 4, 6])
def test_no_more_texts_are_read_than_expected(most):
    read = Adding()
    finished(scores_by_reading(read, TEXT, [*WORDS, *PAIRS], most=most))
    assert len(read.texts) <= 1 + most


def test_others_have_their_turn_while_many_texts_are_read():
    assert len(list(scores_by_reading(Adding(), "a", [(0, 0)] * (2 * SLICE_TEXTS + 1), most=1000))) == 3
