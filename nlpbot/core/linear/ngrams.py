"""The n-grams of texts, words and characters, and how often each comes.

The counts are those of scikit-learn's vectorizers, two to four times as fast: texts are taken apart step by step, and
at each step what comes again, in the same text or another, only once.
"""

import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import count, pairwise

import numpy as np
from scipy.sparse import csr_matrix

__all__ = ["CHARACTER_NGRAMS", "TOKEN", "WORD_NGRAMS", "NgramCounter", "character_counter", "letters", "word_counter"]

TAG = r"<\w+>"
"""A pattern or a concept, put in by the reader; it is one word, and no letters."""
TOKEN = re.compile(TAG + r"|\w+|[^\w\s]")
WORD_NGRAMS = (1, 2)
CHARACTER_NGRAMS = (2, 5)

Step = Callable[[str], Iterable[str]]
Columns = Mapping[str, int]


class NgramCounter:
    """Counts the n-grams of one kind; where they are counted is looked up once, and remembered while it lives.

    Args:
        steps: take a text apart, the last into its n-grams.
        columns: the n-grams that are counted, and where.
    """

    def __init__(self, steps: Sequence[Step], columns: Columns) -> None:
        *self._steps, last = steps
        self._width = len(columns)
        self._columns_of = cache(lambda part: [columns[ngram] for ngram in last(part) if ngram in columns])

    def counts(self, texts: Sequence[str]) -> csr_matrix:
        """Return how often each n-gram comes in each text."""
        counts, parts = _taken_apart(texts, self._steps[0])
        for step in self._steps[1:]:
            inside, parts = _taken_apart(parts, step)
            counts = counts @ inside
        found, ends = array("i"), [0]
        for part in parts:
            found.extend(self._columns_of(part))
            ends.append(len(found))
        known, places = np.unique(np.asarray(found), return_inverse=True)
        counts = counts @ csr_matrix((np.ones(len(found)), places, ends), (len(parts), len(known)))
        return csr_matrix((counts.data, known[counts.indices], counts.indptr), (len(texts), self._width))


def word_counter(columns: Columns) -> NgramCounter:
    """Return what counts words and pairs of words."""
    return NgramCounter((_pairs, _words_of_pair), columns)


def character_counter(columns: Columns) -> NgramCounter:
    """Return what counts characters in a row, within words and the spaces around them."""
    return NgramCounter((_padded_words, _ngrams_of_word), columns)


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
