"""How models read messages: as plain lower-case text, or as ids of words or subwords."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Any, Literal

from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.text.normalize import normalize
from nlpbot.core.text.patterns import mask_patterns
from nlpbot.core.text.tokenizer import SubwordTokenizer
from nlpbot.core.text.vocabulary import PAD, UNKNOWN, Vocabulary
from nlpbot.core.text.words import WORD

__all__ = ["MessageReader", "TokenKind", "mostly_hangul", "plain"]

TokenKind = Literal["word", "subword"]
TOKEN_CHARACTERS = 12
"""Characters read for each token that is expected, at most; languages need 2 to 6."""
HANGUL_FRACTION = 0.2
"""From this fraction of Hangul among the letters on, words are of too many kinds and subwords are read."""


def mostly_hangul(texts: Sequence[str]) -> bool:
    """Return whether much of the texts is Korean, by up to a thousand of them."""
    letters = [c for text in texts[:: max(len(texts) // 1000, 1)] for c in text[:500] if c.isalpha()]
    return sum("가" <= c <= "힣" for c in letters) > HANGUL_FRACTION * max(len(letters), 1)


def plain(text: str) -> str:
    """Return a text as models read it: normalised, patterns as their kind, lower case, a space between words."""
    return " ".join(mask_patterns(normalize(text)).lower().split())


class MessageReader:
    """Turns texts into the ids that an LSTM reads: words, or subwords of words."""

    def __init__(self, vocabulary: Vocabulary, subwords: SubwordTokenizer | None, max_tokens: int) -> None:
        self.vocabulary = vocabulary
        self._subwords = subwords
        self._max_tokens = max_tokens

    @classmethod
    def train(
        cls, texts: Sequence[str], *, tokens: TokenKind, size: int, min_count: int, max_tokens: int
    ) -> "MessageReader":
        """Return a reader for texts like these."""
        if tokens == "subword":
            subwords = SubwordTokenizer.train(map(plain, texts), size=size, specials=(PAD, UNKNOWN))
            return cls(subwords.vocabulary, subwords, max_tokens)
        counts = Counter(word for text in texts for word in WORD.findall(plain(text)))
        vocabulary = Vocabulary.build(counts, specials=(PAD, UNKNOWN), max_size=size, min_count=min_count)
        return cls(vocabulary, None, max_tokens)

    def encode(self, text: str) -> list[int]:
        """Return the ids of a text, at most `max_tokens`."""
        return self.encode_plain(plain(text))

    def encode_plain(self, text: str) -> list[int]:
        """Return the ids of a text that `plain` has read, at most `max_tokens`."""
        beginning = text[: TOKEN_CHARACTERS * self._max_tokens]
        if self._subwords is not None:
            return self._subwords.encode(beginning)[: self._max_tokens]
        found = [self.vocabulary.id_of(word) for word in WORD.findall(beginning)[: self._max_tokens]]
        return [index for index in found if index is not None]

    def characters_read(self, text: str) -> int:
        """Return how much of a text `encode_plain` reads."""
        if self._subwords is not None:
            return min(len(self._subwords.decode(self.encode_plain(text))), len(text))
        words = islice(WORD.finditer(text), self._max_tokens)
        return max((word.end() for word in words), default=0)

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` takes."""
        if self._subwords is not None:
            return {"max_tokens": self._max_tokens, "subwords": self._subwords.to_json()}
        return {"max_tokens": self._max_tokens, "vocabulary": self.vocabulary.to_json()}

    @classmethod
    def from_json(cls, value: Any) -> "MessageReader":
        """Return the reader that `to_json` gave.

        Raises:
            BundleError: it is damaged.
        """
        try:
            max_tokens = int(value["max_tokens"])
            if "subwords" in value:
                subwords = SubwordTokenizer.from_json(value["subwords"])
                return cls(subwords.vocabulary, subwords, max_tokens)
            return cls(Vocabulary.from_json(value["vocabulary"]), None, max_tokens)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BundleError(f"tokens: damaged: {error}; train the bundle again") from error
