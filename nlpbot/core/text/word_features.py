"""Words as an encoder reads them: each by itself, if it is known, and by its letters, so that none is strange.

A Korean word without its particle counts as the word, and its letters are those that syllables are made of. So a typing
error, an ending or a word never seen leaves most of what a word is read by.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Int
from numpy import ndarray

from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.text.korean_stems import without_particle
from nlpbot.core.text.words import WORD, parts_of, word_texts

__all__ = ["WordBatch", "WordFeatures"]

CACHED_WORDS = 50_000
CHARACTERS = 12
"""Read for each token that is expected, at most."""
SAMPLE = 1_000
EMPTY = ""
"""Stands in a text without words."""


class WordBatch(NamedTuple):
    """Some texts, each word of theirs once.

    Attributes:
        words: number of each word, 0 where it isn't known.
        parts: numbers of the parts of all words, one word after the other.
        starts: where those of each word start.
        places: of the words of each text among them.
        lengths: words of each text.
    """

    words: Int[ndarray, " W"]
    parts: Int[ndarray, " P"]
    starts: Int[ndarray, " W"]
    places: Int[ndarray, "B T"]
    lengths: Int[ndarray, " B"]


class WordFeatures:
    """Numbers of the words of texts, and of the parts of these.

    Args:
        words: those known; number 0 is none of them.
        parts: strings of letters known; number 0 is none of them.
        max_tokens: words read of a text.
    """

    def __init__(self, words: Sequence[str], parts: Sequence[str], max_tokens: int) -> None:
        self.words, self.parts = tuple(words), tuple(parts)
        self.max_tokens = max_tokens
        self._words = {word: number for number, word in enumerate(self.words, start=1)}
        self._parts = {part: number for number, part in enumerate(self.parts, start=1)}
        self.of_word = lru_cache(CACHED_WORDS)(self._of_word)

    @classmethod
    def choose(cls, counts: Sequence[Mapping[str, int]], *, words: int, parts: int, max_tokens: int) -> "WordFeatures":
        """Return features of the most frequent words and parts of some languages.

        Args:
            counts: how often each word comes, a language each.
            words: most of each language.
            parts: most of each language.
            max_tokens: words read of a text.
        """
        known: dict[str, None] = {}
        found: dict[str, None] = {}
        for language in counts:
            known |= dict.fromkeys(word for word, _ in Counter(language).most_common(words))
            often: Counter[str] = Counter()
            for word, count in language.items():
                for part in parts_of(word):
                    often[part] += count
            found |= dict.fromkeys(part for part, _ in often.most_common(parts))
        return cls(list(known), list(found), max_tokens)

    def tokens(self, text: str) -> list[str]:
        """Return the words of a text, at most `max_tokens` and at least one."""
        words = word_texts(text[: CHARACTERS * self.max_tokens])
        return [word for word in words if any(map(str.isalnum, word))][: self.max_tokens] or [EMPTY]

    def known_fraction(self, texts: Sequence[str]) -> float:
        """Return what fraction of the words of texts is known, judged by up to a thousand of them."""
        words = [word for text in texts[:: max(len(texts) // SAMPLE, 1)] for word in self.tokens(text)]
        return sum(self.of_word(word)[0] > 0 for word in words) / max(len(words), 1)

    def reading(self, max_tokens: int) -> "WordFeatures":
        """Return the same features for texts of another length."""
        return WordFeatures(self.words, self.parts, max_tokens)

    def characters_read(self, text: str) -> int:
        """Return how much of a text `tokens` reads."""
        beginning = text[: CHARACTERS * self.max_tokens]
        words = (match for match in WORD.finditer(beginning) if any(map(str.isalnum, match[0])))
        return max((match.end() for match in islice(words, self.max_tokens)), default=0)

    def read(self, texts: Sequence[str]) -> WordBatch:
        """Return some texts as an encoder reads them; at least one."""
        tokens = [self.tokens(text) for text in texts]
        numbers = {word: place for place, word in enumerate(dict.fromkeys(word for text in tokens for word in text))}
        features = [self.of_word(word) for word in numbers]
        lengths = np.array([len(text) for text in tokens])
        places = np.zeros((len(texts), lengths.max()), dtype=np.int64)
        places[np.arange(places.shape[1]) < lengths[:, None]] = [numbers[word] for text in tokens for word in text]
        sizes = [len(parts) for _, parts in features]
        return WordBatch(
            words=np.array([word for word, _ in features]),
            parts=np.array([part for _, parts in features for part in parts], dtype=np.int64),
            starts=np.cumsum([0, *sizes[:-1]]),
            places=places,
            lengths=lengths,
        )

    def _of_word(self, word: str) -> tuple[int, tuple[int, ...]]:
        number = self._words.get(word) or next(
            (self._words[stem] for stem in without_particle(word) if stem in self._words), 0
        )
        parts = (self._parts.get(part, 0) for part in parts_of(word))
        return number, tuple(part for part in parts if part) or (0,)

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` takes."""
        return {"max_tokens": self.max_tokens, "words": " ".join(self.words), "parts": " ".join(self.parts)}

    @classmethod
    def from_json(cls, value: Any) -> "WordFeatures":
        """Return the features that `to_json` gave.

        Raises:
            BundleError: they are damaged.
        """
        try:
            return cls(value["words"].split(" "), value["parts"].split(" "), int(value["max_tokens"]))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BundleError(f"words: damaged: {error}; train the bundle again") from error
