"""Word and character n-grams, weighted by TF-IDF."""

import re
from collections.abc import Sequence
from typing import Any, SupportsIndex

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from nlpbot.core.errors import BundleError, DataError

__all__ = ["CHARACTER_NGRAMS", "TOKEN", "NgramFeatures", "letters"]

TAG = r"<\w+>"
"""A pattern or a concept, put in by the reader; it is one word, and no letters."""
TOKEN = re.compile(TAG + r"|\w+|[^\w\s]")
WORD_NGRAMS = (1, 2)
CHARACTER_NGRAMS = (2, 5)
MAX_FEATURES = 200_000
"""Of each of the two kinds."""


class NgramFeatures:
    """Texts as sparse rows: words and pairs of words, and 2 to 5 characters within words.

    Source: Joachims 1998 (text as a bag of words for linear models); Cavnar and Trenkle 1994 (character n-grams).
    """

    def __init__(self, vectorizers: Sequence[TfidfVectorizer]) -> None:
        self._vectorizers = tuple(vectorizers)

    @classmethod
    def fit(cls, texts: Sequence[str], *, min_count: int = 2) -> "tuple[NgramFeatures, csr_matrix]":
        """Return the features of some texts, and their rows; n-grams in fewer than `min_count` texts are left out.

        Raises:
            DataError: no n-gram is left.
        """
        vectorizers = [_vectorizer("word", min_count), _vectorizer("char_wb", min_count)]
        try:
            rows = [vectorizer.fit_transform(texts) for vectorizer in vectorizers]
        except ValueError as error:
            if min_count > 1:
                return cls.fit(texts, min_count=1)
            raise DataError("no words found in the texts; text wanted") from error
        for vectorizer in vectorizers:
            # As exact as it is saved, so that a bundle scores as the model that was measured did.
            vectorizer.idf_ = vectorizer.idf_.astype(np.float32).astype(np.float64)
        return cls(vectorizers), csr_matrix(hstack(rows), dtype=np.float32)

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """Return a row of weights for each text."""
        return csr_matrix(hstack([vectorizer.transform(texts) for vectorizer in self._vectorizers]), dtype=np.float32)

    @property
    def columns(self) -> list[dict[str, SupportsIndex]]:
        """The number of each n-gram among those of its kind, words first."""
        return [vectorizer.vocabulary_ for vectorizer in self._vectorizers]

    @property
    def idf(self) -> list[Float[ndarray, " _"]]:
        """The inverse document frequency of each n-gram, words first."""
        return [vectorizer.idf_ for vectorizer in self._vectorizers]

    def __len__(self) -> int:
        return sum(map(len, self.columns))

    def to_json(self) -> list[list[str]]:
        """Return the n-grams, words first, in the order of the columns."""
        return [list(vectorizer.get_feature_names_out()) for vectorizer in self._vectorizers]

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
        vectorizers, start = [], 0
        for analyzer, names in zip(("word", "char_wb"), ngrams, strict=True):
            vectorizer = _vectorizer(analyzer, 1)
            vectorizer.vocabulary_ = {name: column for column, name in enumerate(names)}
            vectorizer.idf_ = weights[start : start + len(names)].astype(np.float64)
            vectorizers.append(vectorizer)
            start += len(names)
        return cls(vectorizers)


def _vectorizer(analyzer: str, min_count: int) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer=analyzer,
        ngram_range=WORD_NGRAMS if analyzer == "word" else CHARACTER_NGRAMS,
        preprocessor=str.lower if analyzer == "word" else letters,
        tokenizer=TOKEN.findall if analyzer == "word" else None,
        token_pattern=None,
        sublinear_tf=True,
        min_df=min_count,
        max_features=MAX_FEATURES,
    )


def letters(text: str) -> str:
    """Return the text in lower case without its tags."""
    return re.sub(TAG, " ", text.lower())
