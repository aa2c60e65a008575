"""Word and character n-grams, weighted by TF-IDF."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.sparse import csr_matrix, hstack

from nlpbot.core.errors import BundleError, DataError
from nlpbot.core.linear.ngrams import CHARACTER_NGRAMS, TOKEN, WORD_NGRAMS, character_counter, letters, word_counter

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
        from sklearn.feature_extraction.text import TfidfVectorizer  # only here, since to be loaded takes it a second

        settings: dict[str, Any] = {"sublinear_tf": True, "min_df": min_count, "max_features": MAX_FEATURES}
        words = TfidfVectorizer(tokenizer=TOKEN.findall, token_pattern=None, ngram_range=WORD_NGRAMS, **settings)
        characters = TfidfVectorizer(preprocessor=letters, analyzer="char_wb", ngram_range=CHARACTER_NGRAMS, **settings)
        try:
            rows = [vectorizer.fit_transform(texts) for vectorizer in (words, characters)]
        except ValueError as error:
            if min_count > 1:
                return cls.fit(texts, min_count=1)
            raise DataError("no words found in the texts; text wanted") from error
        ngrams = [vectorizer.get_feature_names_out().tolist() for vectorizer in (words, characters)]
        # As exact as it is saved, so that a bundle scores as the model that was measured did.
        idf = [vectorizer.idf_.astype(np.float32) for vectorizer in (words, characters)]
        return cls(ngrams, idf), csr_matrix(hstack(rows), dtype=np.float32)

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """Return a row of weights for each text; each kind's are of length 1."""
        counters = [counter(columns) for counter, columns in zip(COUNTERS, self.columns, strict=True)]
        rows = [_weighted(counter.counts(texts), idf) for counter, idf in zip(counters, self.idf, strict=True)]
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


COUNTERS = (word_counter, character_counter)


def _weighted(counts: csr_matrix, idf: Float[ndarray, " _"]) -> csr_matrix:
    """Return (log of the count + 1) · idf, each row brought to length 1."""
    values = (np.log(counts.data) + 1) * idf[counts.indices]
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    lengths = np.sqrt(np.bincount(row, values**2, minlength=counts.shape[0]))
    return csr_matrix((values / lengths[row], counts.indices, counts.indptr), counts.shape)
