"""BM25: which texts share the rare words of a query.

Source: Robertson et al. 1995, Okapi at TREC-3; Lù 2024, BM25S.
"""

import logging
from collections.abc import Sequence

import bm25s
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nlpbot.core.text.words import word_texts

__all__ = ["Bm25", "query_terms"]

HANGUL_GRAM = 2
K1, B = 1.2, 0.5

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG


def query_terms(text: str) -> list[str]:
    """Return the terms of a text: its words, and of Korean words also pairs of syllables, since endings vary."""
    terms: list[str] = []
    for word in word_texts(text):
        if not any(c.isalnum() for c in word):
            continue
        terms.append(word)
        if word.startswith("<"):
            continue
        if any("가" <= c <= "힣" for c in word):
            grams = (word[i : i + HANGUL_GRAM] for i in range(len(word) - HANGUL_GRAM + 1))
            terms.extend(f"~{gram}" for gram in grams)
        elif len(word) > 4:  # so that "clicked" and "clicking" share something
            terms.append(f"~{word[:4]}")
    return terms


class Bm25:
    """An index over texts, built in memory.

    Args:
        texts: to be found; their places are their names.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._size = len(texts)
        self._index = bm25s.BM25(k1=K1, b=B)
        self._index.index([query_terms(text) or [""] for text in texts], show_progress=False)

    def known_share(self, query: str) -> float:
        """Return which share of the words of a query comes in the texts, 0 to 1."""
        words = [term for term in query_terms(query) if not term.startswith("~")]
        return sum(word in self._index.vocab_dict for word in words) / max(len(words), 1)

    def scores(self, query: str) -> Float[ndarray, " N"]:
        """Return the score of each text; 0 where no term is shared."""
        known = [term for term in query_terms(query) if term in self._index.vocab_dict]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._index.get_scores(known), dtype=np.float32)
