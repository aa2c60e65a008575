from pathlib import Path

import numpy as np
import pytest
import torch

from nlpbot.core.bundles.bundle import BundleDraft, open_bundle
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.errors import BundleError, DataError
from nlpbot.core.text.word_vectors import WordVectors

SQUARE = WordVectors(
    ["king", "man", "queen", "woman", "tea"],
    np.array([[1, 1, 0], [1, 0, 0], [1, 1, 1], [1, 0, 1], [-1, 0, 0.1]], dtype=np.float32),
    [5, 4, 3, 2, 1],
)


def test_without_subwords_a_word_never_seen_is_an_error() -> None:
    assert SQUARE.vector("emperor") is None
    for ask in (SQUARE.neighbours, lambda word: SQUARE.analogy("man", "king", word)):
        with pytest.raises(DataError, match="'emperor': not among the 5 words; train with --subword"):
            ask("emperor")


def test_words_are_found_in_any_case_and_width() -> None:
    assert SQUARE.spelt("ＫＩＮＧ") == "king"
    assert SQUARE.neighbours("King") == SQUARE.neighbours("king")
    mixed = WordVectors(["Paris", "paris"], np.eye(2, dtype=np.float32), [2, 1])
    assert mixed.spelt("Paris") == "Paris"


def test_an_analogy_leaves_out_what_was_given() -> None:
    assert SQUARE.analogy("man", "king", "woman", 1)[0][0] == "queen"
    assert {word for word, _ in SQUARE.analogy("Man", "king", "woman", 5)} == {"queen", "tea"}


def test_neighbours_come_best_first_with_their_cosines() -> None:
    found = SQUARE.neighbours("man", 3)
    assert [word for word, _ in found] == ["king", "woman", "queen"]
    assert found[0][1] == pytest.approx(0.5**0.5)
    assert SQUARE.nearest(np.zeros(3, dtype=np.float32), 2)[0][1] == 0


def test_the_matrix_for_a_vocabulary_has_zeros_where_there_is_no_vector() -> None:
    matrix, known = SQUARE.matrix_for(["tea", "none"])
    assert known == [True, False]
    assert np.array_equal(matrix, [SQUARE.matrix[4], [0, 0, 0]])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "damaged"),
        ({"words": ["a"]}, "damaged"),
        ({"words": ["a"], "ngram_range": [3, 6]}, "1 words but 2 vectors"),
    ],
)
def test_parts_that_do_not_fit_are_refused(tmp_path: Path, words: object, says: str) -> None:
    draft = BundleDraft.start(tmp_path / "out")
    draft.write_tensors("vectors.safetensors", {"matrix": torch.ones(2, 3), "counts": torch.ones(2, dtype=torch.int64)})
    draft.write_json("words.json", words)
    draft.finish(Manifest(kind="vectors"))
    with pytest.raises(BundleError, match=says):
        WordVectors.load(open_bundle(tmp_path / "out", kind="vectors"))


def test_the_most_frequent_words_stay_after_those_to_be_kept() -> None:
    cut = SQUARE.cut(3, {"tea", "coffee"})
    assert cut.words == ("king", "man", "tea")
    assert cut.counts == (5, 4, 1)
    assert SQUARE.cut(2, {"king", "man", "tea"}).words == ("king", "man")


def test_what_was_cut_comes_back_from_8_bits_and_can_be_kept_again(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    words = [f"w{number}" for number in range(200)]
    cut = WordVectors(words, rng.normal(size=(200, 50)).astype(np.float32), range(200, 0, -1)).cut(150)

    def kept(vectors: WordVectors, name: str) -> WordVectors:
        draft = BundleDraft.start(tmp_path / name)
        folder = draft.finish(Manifest(kind="vectors", config=vectors.save(draft)))
        assert (folder / "vectors.safetensors").stat().st_size < 150 * 50 * 2
        return WordVectors.load(open_bundle(folder, kind="vectors"))

    again = kept(cut, "one")
    assert (again.unit * cut.unit).sum(axis=1).min() > 0.999
    assert np.array_equal(kept(again, "two").matrix, again.matrix)
