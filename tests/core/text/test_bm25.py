import numpy as np
import pytest

from nlpbot.core.text.bm25 import Bm25, query_terms

TEXTS = ["How do I report a scam call?", "I clicked a link", "택배 문자가 사기인가요?", "!!"]


@pytest.mark.parametrize(
    ("query", "best"), [("report scams", 0), ("clicking on links", 1), ("사기인지 모르겠어요", 2), ("CALL", 0)]
)
def test_texts_that_share_rare_words_or_their_stems_come_first(query: str, best: int) -> None:
    scores = Bm25(TEXTS).scores(query)
    assert scores.shape == (4,)
    assert scores.argmax() == best
    assert scores.max() > 0


@pytest.mark.parametrize("query", ["", "?!", "zebra", "얼룩말"])
def test_nothing_shared_scores_nothing(query: str) -> None:
    index = Bm25(TEXTS)
    np.testing.assert_array_equal(index.scores(query), np.zeros(4))
    assert index.known_share(query) == 0


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    scores = Bm25(["the bank", "the dog", "the cat"]).scores("the dog")
    assert scores[1] > scores[0] == scores[2] > 0


def test_the_share_of_known_words_leaves_stems_and_signs_out() -> None:
    assert Bm25(TEXTS).known_share("report zebras, please?") == pytest.approx(1 / 3)


def test_terms_are_words_and_parts_of_long_or_korean_ones() -> None:
    assert query_terms("Clicked it! 사기인가") == ["clicked", "~clic", "it", "사기인가", "~사기", "~기인", "~인가"]
