"""How often each word of a corpus comes; where there are too many kinds of words the rarest are forgotten.

Source: Mikolov et al. 2013, word2vec, whose program forgets rare words the same way.
"""

from collections import Counter
from collections.abc import Iterable

__all__ = ["WordCounts"]

MAX_KINDS = 2_000_000
"""Kinds of words counted at once, about 150 bytes each; 60 MB of Korean text hold 0.9 million."""


class WordCounts:
    """Counts of words, of as many kinds as there is room for.

    Args:
        kinds: the most at once, if less than there is room for.
    """

    def __init__(self, kinds: int | None = None) -> None:
        self.kept: Counter[str] = Counter()
        self._kinds, self._rare = min(kinds or MAX_KINDS, MAX_KINDS), 0

    def add(self, words: Iterable[str]) -> None:
        """Count words; while there are too many kinds, those are forgotten that came least often."""
        self.kept.update(words)
        while len(self.kept) > self._kinds:
            self._rare += 1
            for word in [word for word, count in self.kept.items() if count <= self._rare]:
                del self.kept[word]
