"""Pieces of 3 to 30 words of a large text, about as long as what people ask: what an encoder learns a language from."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from nlpbot.core.text.corpus import read_text, text_bytes, whole_words

__all__ = ["SHORTEST", "pieces_of"]

SHORTEST, LONGEST = 3, 30
"""Words of a piece."""
USUAL = 8.0
"""Words of a piece beyond the shortest, in the mean, where sentences are long enough."""
SENTENCE = re.compile(r"\n+|(?<=[.?!])\s+")
HARD_TO_SAY = re.compile(r"[^\w\s.,?!'\"-]")
"""A piece full of brackets and signs is a table or a formula."""
MOST_SIGNS = 3


def pieces_of(path: Path, count: int, *, seed: int) -> list[str]:
    """Return different pieces of a text from all over it, in random order.

    Args:
        path: of the text; sentences are kept apart where it has any.
        count: pieces wanted; a short text has fewer.
        seed: of where it is cut, and which are taken.

    Raises:
        DataError: it can't be read, or is empty.
    """
    rng = np.random.default_rng(seed)
    total = text_bytes(path)
    found: dict[str, None] = {}
    for text in whole_words(read_text(path)):
        pieces = list(dict.fromkeys(_cut(text, rng)))
        wanted = int(np.ceil(1.1 * count * len(text.encode()) / total))  # some come twice, and sizes are estimated
        found |= dict.fromkeys(pieces[index] for index in rng.permutation(len(pieces))[:wanted].tolist())
    pieces = list(found)
    return [pieces[index] for index in rng.permutation(len(pieces))[:count].tolist()]


def _cut(text: str, rng: np.random.Generator) -> Iterator[str]:
    for sentence in SENTENCE.split(text):
        words = sentence.split()
        start = 0
        while len(words) - start >= SHORTEST:
            size = min(SHORTEST + int(rng.exponential(USUAL)), LONGEST)
            piece = " ".join(words[start : start + size])
            start += size
            if len(HARD_TO_SAY.findall(piece)) < MOST_SIGNS and len(piece.split()) >= SHORTEST:
                yield piece
