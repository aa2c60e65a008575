"""Words in the plane: of all flat pictures of their directions, the one that keeps most of what sets them apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.text.word_vectors import WordVectors

__all__ = ["WordPicture", "draw_words", "plane"]

FEWEST, MOST = 3, 300
"""Words of a picture: two lie on a line whatever they mean, and more than that can't be read."""


@dataclass(frozen=True, slots=True)
class WordPicture:
    """Words and their places."""

    words: tuple[str, ...]
    """Those that were asked for first, then their neighbours."""
    asked: int
    """How many were asked for."""
    groups: tuple[int, ...]
    """Of each word, the number of the asked one that it is or that it is a neighbour of."""
    places: Float[ndarray, "N 2"]
    shares: tuple[float, float]
    """How much of the variance lies along each axis, 0 to 1."""


def draw_words(vectors: WordVectors, words: Sequence[str], *, neighbours: int = 0) -> WordPicture:
    """Return words, and the neighbours of each, with their places in the plane.

    Args:
        vectors: of the words.
        words: in any case; of twins the first is kept.
        neighbours: how many of each word's are drawn too; one of two words belongs to the first.

    Raises:
        ConfigError: these are fewer than three words, or too many to be read.
        DataError: a word has no vector.
    """
    groups = {word: number for number, word in enumerate(dict.fromkeys(map(vectors.spelt, words)))}
    asked = list(groups)
    found = {word: vectors.required(word) for word in asked}
    for word in asked if neighbours else []:
        for near, _ in vectors.neighbours(word, neighbours):
            groups.setdefault(near, groups[word])
            found.setdefault(near, vectors.required(near))
    if not FEWEST <= len(found) <= MOST:
        what = "give more words, or --neighbours" if len(found) < FEWEST else "give fewer words or --neighbours"
        raise ConfigError(f"{len(found)} words for the picture; {FEWEST} to {MOST} expected: {what}")
    places, shares = plane(np.stack(list(found.values())))
    return WordPicture(tuple(found), len(asked), tuple(groups[word] for word in found), places, shares)


def plane(matrix: Float[ndarray, "N dim"]) -> tuple[Float[ndarray, "N 2"], tuple[float, float]]:
    """Return the places of vectors, made equally long, along their two main directions, and the variance of each.

    Args:
        matrix: at least two vectors, none of which need be of length 1.

    Source: Pearson 1901, On lines and planes of closest fit to systems of points in space.
    """
    unit = matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9)
    left, lengths, _ = np.linalg.svd(unit - unit.mean(axis=0), full_matrices=False)
    places = left[:, :2] * lengths[:2]
    heaviest = places[np.abs(places).argmax(axis=0), (0, 1)]
    variance = lengths**2 / max(float((lengths**2).sum()), 1e-9)
    # The sign of a direction is chance: the word farthest out is put to the right, and to the top.
    return places * np.where(heaviest < 0, -1, 1), (float(variance[0]), float(variance[1]))
