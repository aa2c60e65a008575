"""BM25: which texts share the rare words of a query.

Source: Robertson et al. 1995, Okapi at TREC-3; Lù 2024, BM25S.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.sparse import csr_matrix
from torch import Tensor

from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.kernel.sparse_tensors import sparse_from_tensors, sparse_to_tensors
from nlpbot.core.text.words import parts_of, word_texts

__all__ = ["Bm25", "query_terms"]

K1, B = 2.5, 0.75


def query_terms(text: str) -> list[str]:
    """Return the terms of a text: its words and the parts of these, since endings and spelling vary."""
    terms: list[str] = []
    for word in word_texts(text):
        if not any(c.isalnum() for c in word):
            continue
        terms.append(word)
        if word.startswith("<"):
            continue
        terms += [f"~{part}" for part in parts_of(word)]
    return terms


class Bm25:
    """An index over texts.

    Args:
        terms: all that come in the texts.
        weights: of each term for each text, a row a term.
    """

    def __init__(self, terms: Sequence[str], weights: csr_matrix) -> None:
        self._rows = {term: row for row, term in enumerate(terms)}
        self._weights = weights

    @classmethod
    def index(cls, texts: Sequence[str]) -> "Bm25":
        """Return the index over some texts; their places are their names."""
        import bm25s  # only here, since to be loaded takes it half a second

        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG
        index = bm25s.BM25(k1=K1, b=B)
        index.index([query_terms(text) or [""] for text in texts], show_progress=False)
        parts = tuple(index.scores[part] for part in ("data", "indices", "indptr"))
        weights = csr_matrix(parts, shape=(len(parts[-1]) - 1, len(texts)))
        terms = sorted(filter(None, index.vocab_dict))  # it gives them in another order each time
        return cls(terms, weights[[index.vocab_dict[term] for term in terms]])

    def known_fraction(self, query: str) -> float:
        """Return what fraction of the words of a query comes in the texts, 0 to 1."""
        words = [term for term in query_terms(query) if not term.startswith("~")]
        return sum(word in self._rows for word in words) / max(len(words), 1)

    def scores(self, query: str) -> Float[ndarray, " N"]:
        """Return the score of each text; 0 where no term is shared."""
        rows = [self._rows[term] for term in query_terms(query) if term in self._rows]
        return np.asarray(self._weights[rows].sum(axis=0), dtype=np.float32).ravel()

    def terms(self) -> list[str]:
        """Return the terms, to be saved beside the tensors."""
        return list(self._rows)

    def tensors(self) -> dict[str, Tensor]:
        """Return the weights, to be saved."""
        return sparse_to_tensors("bm25", self._weights)

    @classmethod
    def from_parts(cls, terms: Any, tensors: Mapping[str, Tensor], *, texts: int) -> "Bm25":
        """Return the index that was saved.

        Raises:
            BundleError: the parts don't fit each other, or the number of texts.
        """
        if not isinstance(terms, list) or not all(isinstance(term, str) for term in terms):
            raise BundleError("terms: damaged; train the bundle again")
        return cls(terms, sparse_from_tensors("bm25", tensors, shape=(len(terms), texts)))
