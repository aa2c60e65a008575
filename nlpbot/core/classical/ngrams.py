"""The n-grams of texts, words and characters, and how often each comes.

The counts are those of scikit-learn's vectorizers. Texts are taken apart step by step, and at each step what comes
again, in the same text or another, only once: so all n-grams of a corpus are found four times as fast.
"""

import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import count, pairwise

import numpy as np
from scipy.sparse import csr_matrix

__all__ = ["CHARACTER_NGRAMS", "KINDS", "TOKEN", "NgramCounter", "count_ngrams", "letters"]

TAG = r"<\w+>"
"""A pattern or a concept, put in by the reader; it is one word, and no letters."""
TOKEN = re.compile(TAG + r"|\w+|[^\w\s]")
CHARACTER_NGRAMS = (2, 5)

Columns = Mapping[str, int]
Step = Callable[[str], Iterable[str]]
Kind = tuple[Step, Step]
"""What takes a text apart into words or pairs of words, and one of these into its n-grams."""


class NgramCounter:
    """Counts the n-grams of one kind; where they are counted is looked up once, and remembered while it lives.

    Args:
        kind: of n-grams.
        columns: the n-grams that are counted, and where.
    """

    def __init__(self, kind: Kind, columns: Columns) -> None:
        self._words, ngrams_of = kind
        self._width = len(columns)
        self._columns_of = cache(lambda word: [columns[ngram] for ngram in ngrams_of(word) if ngram in columns])

    def counts(self, texts: Sequence[str]) -> csr_matrix:
        """Return how often each n-gram comes in each text."""
        counts, words = _taken_apart(texts, self._words)
        found, ends = array("i"), [0]
        for word in words:
            found.extend(self._columns_of(word))
            ends.append(len(found))
        known, places = np.unique(np.asarray(found), return_inverse=True)
        counts = counts @ csr_matrix((np.ones(len(found)), places, ends), (len(words), len(known)))
        return csr_matrix((counts.data, known[counts.indices], counts.indptr), (len(texts), self._width))


def count_ngrams(texts: Sequence[str], kind: Kind) -> tuple[csr_matrix, list[str]]:
    """Return how often each n-gram of one kind comes in each text, and the n-grams."""
    words_of, ngrams_of = kind
    counts, words = _taken_apart(texts, words_of)
    inside, ngrams = _taken_apart(words, ngrams_of)
    return counts @ inside, ngrams


def letters(text: str) -> str:
    """Return the text in lower case without its tags."""
    return re.sub(TAG, " ", text.lower())


def _taken_apart(items: Sequence[str], step: Step) -> tuple[csr_matrix, list[str]]:
    """Return how often each part comes in each item, and the parts."""
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    parts, ends = array("i"), [0]
    for item in items:
        parts.extend(map(numbers.__getitem__, step(item)))
        ends.append(len(parts))
    shape = (len(items), len(numbers))
    return csr_matrix((np.ones(len(parts)), np.asarray(parts), ends), shape), list(numbers)


def _pairs(text: str) -> list[str]:
    """Return each word with the next, and the last alone."""
    words = TOKEN.findall(text.lower())
    return [*map(" ".join, pairwise(words)), *words[-1:]]


def _words_of_pair(pair: str) -> set[str]:
    """Return the n-grams that begin where a pair does."""
    return {pair.partition(" ")[0], pair}


def _padded_words(text: str) -> list[str]:
    return [f" {word} " for word in letters(text).split()]


def _ngrams_of_word(word: str) -> list[str]:
    shortest, longest = CHARACTER_NGRAMS
    return [word[start : start + n] for n in range(shortest, longest + 1) for start in range(len(word) - n + 1)]


WORDS: Kind = (_pairs, _words_of_pair)
"""Words and pairs of words."""
CHARACTERS: Kind = (_padded_words, _ngrams_of_word)
"""Characters in a row, within words and the spaces around them."""
KINDS = (WORDS, CHARACTERS)
