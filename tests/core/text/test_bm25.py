import json
import subprocess
import sys
import unicodedata

import bm25s
import numpy as np
import pytest

from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.text.bm25 import Bm25, query_terms

TEXTS = ["How do I report a scam call?", "I clicked a link", "택배 문자가 사기인가요?", "!!"]


@pytest.mark.parametrize(
    ("query", "best"), [("report scams", 0), ("clicking on links", 1), ("사기인지 모르겠어요", 2), ("CALL", 0)]
)
def test_texts_that_share_rare_words_or_their_stems_come_first(query: str, best: int) -> None:
    scores = Bm25.index(TEXTS).scores(query)
    assert scores.shape == (4,)
    assert scores.argmax() == best
    assert scores.max() > 0


@pytest.mark.parametrize("query", ["", "?!", "zebra", "얼룩말"])
def test_nothing_shared_scores_nothing(query: str) -> None:
    index = Bm25.index(TEXTS)
    np.testing.assert_array_equal(index.scores(query), np.zeros(4))
    assert index.known_fraction(query) == 0


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    scores = Bm25.index(["the hen", "the dog", "the cat"]).scores("the dog")
    assert scores[1] > scores[0] == scores[2] > 0


def test_the_share_of_known_words_leaves_stems_and_signs_out() -> None:
    assert Bm25.index(TEXTS).known_fraction("report zebras, please?") == pytest.approx(1 / 3)


def test_terms_are_words_and_pieces_of_their_letters() -> None:
    assert query_terms("Do it! <about_x>") == [
        "do", "~<do", "~do>", "~<do>", "it", "~<it", "~it>", "~<it>", "<about_x>"
    ]  # fmt: skip
    alike = set(query_terms("사기인가")) & set(query_terms("사긴가요"))
    assert "~<사기" in {unicodedata.normalize("NFC", term) for term in alike}  # no syllable but the first is the same


def test_scores_are_those_of_the_library() -> None:
    texts = [f"word{a} common word{b}" for a in range(6) for b in range(6)]
    index = bm25s.BM25(k1=2.5, b=0.75)
    index.index([query_terms(text) for text in texts], show_progress=False)
    terms = query_terms("word3 common word5 word3")
    np.testing.assert_allclose(Bm25.index(texts).scores("word3 common word5 word3"), index.get_scores(terms), rtol=1e-5)


def test_a_saved_index_is_the_same() -> None:
    index = Bm25.index(TEXTS)
    again = Bm25.from_parts(json.loads(json.dumps(index.terms())), index.tensors(), texts=len(TEXTS))
    for query in ("report a link", "사기인지", "zebra"):
        np.testing.assert_array_equal(again.scores(query), index.scores(query))
        assert again.known_fraction(query) == index.known_fraction(query)


def test_the_same_texts_are_saved_alike_in_another_process() -> None:
    script = f"from nlpbot.core.text.bm25 import Bm25; print(Bm25.index({TEXTS!r}).terms())"
    seen = {
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


@pytest.mark.parametrize(("terms", "texts"), [(["a"], 4), (None, 4), ([1], 4), ({}, 4)])
def test_parts_that_do_not_fit_are_refused(terms: object, texts: int) -> None:
    with pytest.raises(BundleError, match="train the bundle again"):
        Bm25.from_parts(terms, Bm25.index(TEXTS).tensors(), texts=texts)
