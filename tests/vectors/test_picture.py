import numpy as np
import pytest

from nlpbot.core.kernel.errors import ConfigError, DataError
from nlpbot.core.text.word_vectors import WordVectors
from nlpbot.vectors.picture import draw_words, plane

WORDS = ["cat", "dog", "hen", "bank", "loan", "cash"]
ROWS = [[1, 0, 0], [1, 0.1, 0], [1, 0.2, 0.1], [0, 1, 0], [0, 1, 0.1], [0.1, 1, 0.2]]
VECTORS = WordVectors(WORDS, np.array(ROWS, dtype=np.float32), range(6, 0, -1))


def distances(places):
    return np.linalg.norm(places[:, None] - places[None], axis=2)


def test_vectors_of_a_plane_keep_their_distances():
    angles = np.array([0.1, 0.7, 1.9, 3.0])
    flat = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    turned = flat @ np.linalg.qr(np.random.default_rng(1).normal(size=(5, 5)))[0][:2]
    places, shares = plane(3 * turned)
    assert np.allclose(distances(places), distances(flat))
    assert sum(shares) == pytest.approx(1)
    assert shares[0] >= shares[1]


def test_how_long_a_vector_is_changes_nothing():
    matrix = np.random.default_rng(2).normal(size=(6, 4))
    stretched = matrix * np.array([[1.0], [5], [0.1], [2], [9], [3]])
    assert np.allclose(plane(matrix)[0], plane(stretched)[0])


def test_a_word_far_out_is_to_the_right_whatever_the_signs():
    matrix = np.random.default_rng(3).normal(size=(7, 4))
    for places in (plane(matrix)[0], plane(-matrix)[0]):
        assert np.array_equal(places.max(axis=0), np.abs(places).max(axis=0))


def test_words_come_first_and_their_neighbours_share_their_group():
    drawn = draw_words(VECTORS, ["Cat", "bank", "cat"], neighbours=2)
    assert drawn.words[: drawn.asked] == ("cat", "bank")
    assert set(drawn.words) == set(WORDS)
    assert dict(zip(drawn.words, drawn.groups)) == {"cat": 0, "dog": 0, "hen": 0, "bank": 1, "loan": 1, "cash": 1}
    first = {word: x for word, (x, _) in zip(drawn.words, drawn.places)}
    between = sum(first.values()) / 6
    assert len({first[word] > between for word in ("cat", "dog", "hen")}) == 1
    assert (first["cat"] > between) is not (first["bank"] > between)


def test_a_neighbour_that_was_asked_for_keeps_its_own_group():
    drawn = draw_words(VECTORS, ["cat", "dog"], neighbours=2)
    assert (drawn.words, drawn.groups) == (("cat", "dog", "hen"), (0, 1, 0))


def test_a_word_never_seen_is_drawn_by_its_parts():
    grams = np.random.default_rng(4).normal(size=(50, 3)).astype(np.float32)
    parts = WordVectors(WORDS, VECTORS.matrix, VECTORS.counts, ngrams=grams)
    assert draw_words(parts, ["cats", "cat", "loan"]).words == ("cats", "cat", "loan")


@pytest.mark.parametrize(
    ("words", "neighbours", "error", "says"),
    [
        (["cat", "CAT", "dog"], 0, ConfigError, "2 words for the picture; 3 to 300 expected: give more words"),
        (["cat"], 1, ConfigError, "2 words"),
        (["cat", "dog", "unicorn"], 0, DataError, "'unicorn': not among the 6 words"),
    ],
)
def test_what_makes_no_picture_is_refused(words, neighbours, error, says):
    with pytest.raises(error, match=says):
        draw_words(VECTORS, words, neighbours=neighbours)


def test_more_words_than_can_be_read_are_refused():
    many = WordVectors([f"w{n}" for n in range(400)], np.random.default_rng(5).normal(size=(400, 3)), [1] * 400)
    with pytest.raises(ConfigError, match=r"301 words .* give fewer words"):
        draw_words(many, many.words[:301])
