"""The words of a message as classifiers see them: normalised, lower case, patterns as their kind, with offsets."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlpbot.core.text.normalize import normalize, normalize_with_offsets
from nlpbot.core.text.patterns import find_patterns

__all__ = ["WORD", "Word", "jamo_of", "joined", "parts_of", "word_texts", "words_of"]

WORD = re.compile(r"<\w+>|\w+(?:['’]\w+)*|[^\w\s]")
"""Nothing but white space stands between words."""
LETTERS = re.compile("[a-z \t]*")
"""Text that is its own normal form, and holds no pattern and no mark."""
PART_SIZES = (3, 4, 5)
"""Letters of a part, the ends of the word counted."""
LETTERS_READ = 32


@dataclass(frozen=True, slots=True)
class Word:
    """A word, and where it stands.

    Attributes:
        text: the word.
        start, end: in the original, original[start:end].
        at: in the text as models read it, with no more than a space between words.
    """

    text: str
    start: int
    end: int
    at: int


def words_of(text: str) -> list[Word]:
    """Return the words of a message; a web address is ``<url>``, an amount ``<amount>`` and so on."""
    normal = normalize_with_offsets(text)
    words: list[Word] = []
    done = length = 0

    def add(word: str, start: int, end: int, *, apart: bool) -> None:
        nonlocal length
        at = length + (apart and length > 0)
        words.append(Word(word.lower(), *normal.original_span(start, end), at))
        length = at + len(words[-1].text)

    def add_plain(start: int, end: int) -> None:
        for match in WORD.finditer(normal.text, start, end):
            add(match[0], *match.span(), apart=match.start() == start or normal.text[match.start() - 1] == " ")

    for pattern in find_patterns(normal.text):
        add_plain(done, pattern.start)
        add(f"<{pattern.kind}>", pattern.start, pattern.end, apart=True)
        done = pattern.end
    add_plain(done, len(normal.text))
    return words


def joined(words: Sequence[Word]) -> str:
    """Return the text of words, from the first on, as models read it."""
    ends = [0, *(word.at + len(word.text) for word in words)]
    return "".join(" " * (word.at - end) + word.text for word, end in zip(words, ends))


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


def parts_of(word: str) -> Iterator[str]:
    """Yield the parts of a word, 3 to 5 letters each; ``<`` and ``>`` are its ends, and only its beginning is read.

    Source: Bojanowski et al. 2017, Enriching word vectors with subword information.
    """
    letters = f"<{jamo_of(word[:LETTERS_READ])[:LETTERS_READ]}>"
    for size in PART_SIZES:
        for start in range(len(letters) - size + 1):
            yield letters[start : start + size]


def jamo_of(word: str) -> str:
    """Return a word with Korean syllables taken apart into their letters; NFC puts them together again."""
    return unicodedata.normalize("NFD", word)
