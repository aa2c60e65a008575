"""How often n-grams come in texts that have much in common, such as pieces of one text.

The counts are those of scikit-learn's vectorizers, two to four times as fast: texts are taken apart step by step, and
at each step what comes again, in the same text or another, only once.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count, pairwise
from typing import SupportsIndex

import numpy as np
from scipy.sparse import csr_matrix

from nlpbot.core.linear.features import CHARACTER_NGRAMS, TOKEN, letters

__all__ = ["character_counts", "word_counts"]

Step = Callable[[str], Iterable[str]]


def word_counts(texts: Sequence[str], columns: Mapping[str, SupportsIndex]) -> csr_matrix:
    """Return how often words and pairs of words come in each text.

    Args:
        texts: to be read.
        columns: the n-grams that are counted, and where.
    """
    return _counts(texts, (_pairs, _words_of_pair), columns)


def character_counts(texts: Sequence[str], columns: Mapping[str, SupportsIndex]) -> csr_matrix:
    """Return how often characters in a row, within words and the spaces around them, come in each text."""
    return _counts(texts, (_padded_words, _windows, _beginnings), columns)


def _counts(texts: Sequence[str], steps: Sequence[Step], columns: Mapping[str, SupportsIndex]) -> csr_matrix:
    counts, ngrams = _taken_apart(texts, steps[0])
    for step in steps[1:]:
        inside, ngrams = _taken_apart(ngrams, step)
        counts = counts @ inside
    known = [number for number, ngram in enumerate(ngrams) if ngram in columns]
    places = np.array([columns[ngrams[number]] for number in known], dtype=np.int32)
    counts = counts[:, known]
    return csr_matrix((counts.data, places[counts.indices], counts.indptr), (len(texts), len(columns)))


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


def _windows(word: str) -> list[str]:
    """Return the longest n-gram at each place of a padded word."""
    return [word[start : start + CHARACTER_NGRAMS[1]] for start in range(len(word) - 1)]


def _beginnings(window: str) -> list[str]:
    """Return the n-grams that begin where a window does."""
    return [window[:length] for length in range(CHARACTER_NGRAMS[0], len(window) + 1)]
