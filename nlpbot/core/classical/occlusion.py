"""The scores of a text without one of its pieces, for many pieces: exact, from the few n-grams that change."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Integer
from numpy import ndarray
from scipy.sparse import csr_matrix

from nlpbot.core.classical.classifier import LinearClassifier
from nlpbot.core.classical.ngrams import CHARACTER_NGRAMS, KINDS, TOKEN, NgramCounter

__all__ = ["Occlusion"]

MARGIN = CHARACTER_NGRAMS[1] + 1
"""Characters beside a piece that its n-grams may reach, and one whole word at least, since words come in pairs."""
NOTHING = 1e-9
"""A squared length that comes of rounding alone."""


class Occlusion:
    """A text that is to be scored without its pieces.

    Args:
        model: that scores it.
        text: normalised.
    """

    def __init__(self, model: LinearClassifier, text: str) -> None:
        self._bias = model.bias
        self._text = text
        spans = [match.span() for match in TOKEN.finditer(text)]
        self._starts, self._ends = [start for start, _ in spans], [end for _, end in spans]
        columns, idf = model.features.columns, model.features.idf
        self._counters = [NgramCounter(*both) for both in zip(KINDS, columns, strict=True)]
        dense = model.weights.toarray() if isinstance(model.weights, csr_matrix) else model.weights
        weights = np.split(dense, [len(idf[0])])
        whole = [rows.toarray()[0] for rows in self._counts([text])]
        self._kinds = [_Kind(*parts) for parts in zip(whole, idf, weights, strict=True)]

    def scores(self, pieces: Sequence[tuple[int, int]]) -> Float[ndarray, "P L"]:
        """Return what the model scores the text with a space in place of each piece.

        Args:
            pieces: places of words or of runs of words, text[start:end].
        """
        with_piece, without = zip(*map(self._around, pieces), strict=True)
        changes = [rows[len(pieces) :] - rows[: len(pieces)] for rows in self._counts([*with_piece, *without])]
        parts = [kind.scores(change) for kind, change in zip(self._kinds, changes, strict=True)]
        return np.asarray(self._bias + np.sum(parts, axis=0), dtype=np.float32)

    def _around(self, piece: tuple[int, int]) -> tuple[str, str]:
        """Return what stands around a piece, with and without it; all n-grams beyond are the same in both."""
        start, end = piece
        left = self._starts[max(bisect_right(self._starts, start - MARGIN) - 1, 0)]
        right = self._ends[min(bisect_left(self._ends, end + MARGIN), len(self._ends) - 1)]
        return self._text[left:right], f"{self._text[left:start]} {self._text[end:right]}"

    def _counts(self, texts: Sequence[str]) -> list[csr_matrix]:
        return [counter.counts(texts) for counter in self._counters]


class _Kind:
    """The n-grams of one kind in a text, which are brought to length 1 by themselves.

    Args:
        counts: of each n-gram.
        idf: the inverse document frequency of each.
        weights: of the model.
    """

    def __init__(self, counts: Float[ndarray, " D"], idf: Float[ndarray, " D"], weights: Float[ndarray, "D L"]) -> None:
        self._counts, self._idf, self._weights = counts, idf, weights
        found = np.flatnonzero(counts)
        values = self._values(found, counts[found])
        self._square, self._product = values @ values, values @ weights[found]

    def scores(self, change: csr_matrix) -> Float[ndarray, "P L"]:
        """Return this kind's part of the scores after each change of the counts."""
        columns = change.indices
        before = self._values(columns, self._counts[columns])
        after = self._values(columns, self._counts[columns] + change.data)

        def rows(values: Float[ndarray, " _"]) -> csr_matrix:
            return csr_matrix((values, columns, change.indptr), change.shape)

        products = self._product + rows(after - before) @ self._weights
        squares = self._square + np.asarray(rows(after**2 - before**2).sum(axis=1))
        return np.asarray(products / np.sqrt(np.where(squares > NOTHING, squares, np.inf)))

    def _values(self, columns: Integer[ndarray, " N"], counts: Float[ndarray, " N"]) -> Float[ndarray, " N"]:
        return np.asarray(np.where(counts > 0, np.log(np.maximum(counts, 1)) + 1, 0) * self._idf[columns])
