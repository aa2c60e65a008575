"""Word and character n-grams, weighted by TF-IDF."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.sparse import csr_matrix, hstack

from nlpbot.core.classical.ngrams import KINDS, NgramCounter, count_ngrams
from nlpbot.core.kernel.errors import BundleError, DataError

__all__ = ["NgramFeatures"]

MAX_FEATURES = 200_000
"""Of each of the two kinds."""


class NgramFeatures:
    """Texts as sparse rows: words and pairs of words, and 2 to 5 characters within words.

    Attributes:
        columns: the number of each n-gram among those of its kind, words first.
        idf: the inverse document frequency of each n-gram, words first.

    Source: Joachims 1998 (text as a bag of words for linear models); Cavnar and Trenkle 1994 (character n-grams).
    """

    def __init__(self, ngrams: Sequence[Sequence[str]], idf: Sequence[Float[ndarray, " _"]]) -> None:
        self.columns = [{name: column for column, name in enumerate(names)} for names in ngrams]
        self.idf = [weights.astype(np.float64) for weights in idf]

    @classmethod
    def fit(cls, texts: Sequence[str], *, min_count: int = 2) -> "tuple[NgramFeatures, csr_matrix]":
        """Return the features of some texts, and their rows; n-grams in fewer than `min_count` texts are left out.

        Raises:
            DataError: no n-gram is left.
        """
        found = [count_ngrams(texts, kind) for kind in KINDS]
        kept = [_kept(counts, ngrams, min_count) for counts, ngrams in found]
        if not all(map(len, kept)):
            if min_count > 1:
                return cls.fit(texts, min_count=1)
            raise DataError("no words found in the texts; text expected")
        counts = [every[:, columns] for (every, _), columns in zip(found, kept, strict=True)]
        # As exact as it is saved, so that a bundle scores as the model that was measured did.
        idf = [_rarity(rows).astype(np.float32) for rows in counts]
        features = cls([[ngrams[n] for n in columns] for (_, ngrams), columns in zip(found, kept, strict=True)], idf)
        return features, features._weighted(counts)

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """Return a row of weights for each text; each kind's are of length 1."""
        return self._weighted([NgramCounter(*both).counts(texts) for both in zip(KINDS, self.columns, strict=True)])

    def _weighted(self, counts: Sequence[csr_matrix]) -> csr_matrix:
        rows = [_weighted(of_kind, idf) for of_kind, idf in zip(counts, self.idf, strict=True)]
        return csr_matrix(hstack(rows), dtype=np.float32)

    def __len__(self) -> int:
        return sum(map(len, self.columns))

    def to_json(self) -> list[list[str]]:
        """Return the n-grams, words first, in the order of the columns."""
        return [list(columns) for columns in self.columns]

    def weights(self) -> Float[ndarray, " columns"]:
        """Return the inverse document frequency of each column."""
        return np.concatenate(self.idf).astype(np.float32)

    @classmethod
    def from_parts(cls, ngrams: Any, weights: Float[ndarray, " columns"]) -> "NgramFeatures":
        """Return the features that `to_json` and `weights` gave.

        Raises:
            BundleError: the two don't fit each other.
        """
        fits = isinstance(ngrams, list) and len(ngrams) == 2 and all(isinstance(names, list) for names in ngrams)
        if not fits or sum(map(len, ngrams)) != len(weights):
            raise BundleError("n-gram features: names and weights don't fit each other; train the bundle again")
        return cls(ngrams, np.split(weights, [len(ngrams[0])]))


def _kept(counts: csr_matrix, ngrams: Sequence[str], min_count: int) -> list[int]:
    """Return the columns of the n-grams that come in enough texts, the most frequent, in the order of the alphabet."""
    texts_with = np.bincount(counts.indices, minlength=len(ngrams))
    times = np.bincount(counts.indices, counts.data, minlength=len(ngrams))
    enough = np.flatnonzero(texts_with >= min_count)
    frequent = enough[np.argsort(-times[enough], kind="stable")[:MAX_FEATURES]].tolist()
    return sorted(frequent, key=ngrams.__getitem__)


def _rarity(counts: csr_matrix) -> Float[ndarray, " _"]:
    """Return the inverse document frequency of each column, as if one more text had all of them.

    Source: Spärck Jones 1972, A statistical interpretation of term specificity.
    """
    texts, columns = counts.shape
    texts_with = np.bincount(counts.indices, minlength=columns)
    return np.asarray(np.log((1 + texts) / (1 + texts_with)) + 1)


def _weighted(counts: csr_matrix, idf: Float[ndarray, " _"]) -> csr_matrix:
    """Return (log of the count + 1) · idf, each row brought to length 1."""
    values = (np.log(counts.data) + 1) * idf[counts.indices]
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    lengths = np.sqrt(np.bincount(row, values**2, minlength=counts.shape[0]))
    return csr_matrix((values / lengths[row], counts.indices, counts.indptr), counts.shape)
