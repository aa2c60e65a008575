import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.word_vectors import WordVectors
from nlpbot.vectors import evaluate
from nlpbot.vectors.data import Pair, Question
from nlpbot.vectors.evaluate import evaluate_analogies, evaluate_similarity, spearman

WORDS = ["king", "man", "queen", "woman", "tea", "boy", "girl", "prince"]
ROWS = [[1, 1, 0, 0], [1, 0, 0, 0], [1, 1, 1, 0], [1, 0, 1, 0], [-1, 0, 0, 0], [1, 0, 0, 1], [1, 0, 1, 1], [1, 1, 0, 1]]
VECTORS = WordVectors(WORDS, np.array(ROWS, dtype=np.float32), range(8, 0, -1))
FEW = st.integers(0, 4)


@given(st.lists(st.tuples(FEW, FEW), min_size=2, max_size=30))
def test_spearman_is_scipys_with_ties_and_zero_where_that_is_undefined(rows):
    first, second = np.array(rows, dtype=float).T
    flat = len(set(first)) == 1 or len(set(second)) == 1
    assert spearman(first, second) == pytest.approx(0 if flat else spearmanr(first, second).statistic)


def test_pairs_without_vectors_are_left_out_and_counted():
    pairs = [Pair("King", "man", 7), Pair("king", "tea", 1), Pair("man", "woman", 8), Pair("king", "emperor", 9)]
    report = evaluate_similarity(VECTORS, pairs)
    assert (report["n"], report["left_out"]) == (3, 1)
    # cosines: .707, -.707 and .707: the two that tie share a rank
    assert report["spearman"] == pytest.approx(spearman(np.array([1.0, 0, 1]), np.array([7.0, 1, 8])))
    low, high = report["intervals"]["spearman"]
    assert -1 <= low <= high <= 1


def test_without_known_pairs_there_is_no_figure():
    with pytest.raises(DataError, match="1 of 2 pairs have vectors; at least 2 expected"):
        evaluate_similarity(VECTORS, [Pair("king", "man", 1), Pair("x", "man", 2)])


def questions(*rows):
    return [Question(*words.split(), section) for section, words in rows]


ASKED = questions(
    ("family", "man king woman queen"),
    ("family", "Man King boy prince"),
    ("gram1", "man woman boy girl"),
    ("gram1", "man woman boy tea"),
    ("gram1", "man woman boy unknown"),
)


def test_analogies_are_counted_by_kind_and_section():
    report = evaluate_analogies(VECTORS, ASKED)
    assert (report["n"], report["left_out"]) == (4, 1)
    assert (report["accuracy"], report["semantic"], report["syntactic"]) == (0.75, 1, 0.5)
    assert (report["n_semantic"], report["n_syntactic"]) == (2, 2)
    assert "syntactic" not in evaluate_analogies(VECTORS, ASKED[:2])
    assert report["sections"] == {"family": {"n": 2, "accuracy": 1}, "gram1": {"n": 2, "accuracy": 0.5}}


def test_each_answer_is_the_one_that_the_analogy_command_gives():
    for question in ASKED[:4]:
        answer = VECTORS.analogy(question.a, question.b, question.c, 1)[0][0]
        assert evaluate_analogies(VECTORS, [question])["accuracy"] == (answer == question.d)


def test_only_frequent_words_are_asked_and_answered(monkeypatch):
    monkeypatch.setattr(evaluate, "RESTRICT", 4)
    assert evaluate_analogies(VECTORS, ASKED)["n"] == 1
    monkeypatch.setattr(evaluate, "RESTRICT", 3)
    with pytest.raises(DataError, match="none of 5 analogies has its words among the 3 most frequent"):
        evaluate_analogies(VECTORS, ASKED)


def test_the_size_of_a_chunk_changes_nothing(monkeypatch):
    whole = evaluate_analogies(VECTORS, ASKED)
    monkeypatch.setattr(evaluate, "CHUNK", 3)
    assert evaluate_analogies(VECTORS, ASKED) == whole


def test_the_figures_are_gensims(tmp_path):
    from gensim.models import KeyedVectors

    rng = np.random.default_rng(5)
    words = [f"w{n}" for n in range(40)]
    matrix = rng.normal(size=(40, 3)).astype(np.float32)
    theirs = KeyedVectors(3)
    theirs.add_vectors(words, matrix)
    asked = [rng.choice(words, 4, replace=False).tolist() for _ in range(400)]
    (tmp_path / "q").write_text(": s\n" + "\n".join(" ".join(row) for row in asked))
    ours = evaluate_analogies(WordVectors(words, matrix, [1] * 40), [Question(*row, "s") for row in asked])
    assert ours["accuracy"] == pytest.approx(theirs.evaluate_word_analogies(str(tmp_path / "q"))[0])
    assert ours["accuracy"] > 0
