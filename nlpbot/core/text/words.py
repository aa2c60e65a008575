"""The words of a message as classifiers see them: normalised, lower case, patterns as their kind, with offsets."""

import re
import unicodedata
from dataclasses import dataclass

from nlpbot.core.text.normalize import normalize, normalize_with_offsets
from nlpbot.core.text.patterns import find_patterns

__all__ = ["Word", "jamo_of", "word_texts", "words_of"]

WORD = re.compile(r"<\w+>|\w+(?:['’]\w+)*|[^\w\s]")
LETTERS = re.compile("[a-z \t]*")
"""Text that is its own normal form, and holds no pattern and no mark."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word, and where it stands in the original text: original[start:end]."""

    text: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """Return the words of a message; a web address is ``<url>``, an amount ``<amount>`` and so on."""
    normal = normalize_with_offsets(text)
    words: list[Word] = []
    done = 0

    def plain(start: int, end: int) -> None:
        found = WORD.finditer(normal.text, start, end)
        words.extend(Word(match[0].lower(), *normal.original_span(match.start(), match.end())) for match in found)

    for pattern in find_patterns(normal.text):
        plain(done, pattern.start)
        words.append(Word(f"<{pattern.kind}>", *normal.original_span(pattern.start, pattern.end)))
        done = pattern.end
    plain(done, len(normal.text))
    return words


def word_texts(text: str) -> list[str]:
    """Return the texts of `words_of` without their places, which is much quicker on a large corpus."""
    if LETTERS.fullmatch(text):
        return text.split()
    normal = normalize(text)
    texts: list[str] = []
    done = 0
    for pattern in find_patterns(normal):
        texts += [word.lower() for word in WORD.findall(normal, done, pattern.start)]
        texts.append(f"<{pattern.kind}>")
        done = pattern.end
    texts += [word.lower() for word in WORD.findall(normal, done)]
    return texts


def jamo_of(word: str) -> str:
    """Return a word with Korean syllables taken apart into their letters; NFC puts them together again."""
    return unicodedata.normalize("NFD", word)
