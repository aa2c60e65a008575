"""Settings of word vectors, and how they are chosen where none are given."""

import os

from pydantic import Field

from nlpbot.core.kernel.config import Settings
from nlpbot.core.text.word2vec_settings import Word2VecSettings

__all__ = ["VectorsSettings", "choose_settings"]

LARGE_TEXT, MEDIUM_TEXT = 10_000_000, 500_000
"""Bytes from which rare words tell too little of themselves, and few epochs are enough."""
LEARNING_RATE = 0.05
"""FastText's: few passes over a text leave vectors at word2vec's half of it well short of where they would go."""


class VectorsSettings(Settings):
    """Settings of word vectors."""

    corpus: tuple[str, ...] = Field(min_length=1)
    """Text files, relative to the settings file, or names of the catalogue."""
    word2vec: Word2VecSettings = Word2VecSettings()
    """How they are trained."""


def choose_settings(size_bytes: int, *, korean: bool = False, subword: bool | None = None) -> Word2VecSettings:
    """Return settings that suit the size and the language of a text.

    Args:
        size_bytes: of the text, about.
        korean: whether it is Korean, whose words take so many endings that particles are cut off and parts of words
            are read too, and a large text twice as often, since each form of a word comes more rarely.
        subword: whether parts of words have vectors; by default in Korean only.
    """
    large, medium = size_bytes >= LARGE_TEXT, size_bytes >= MEDIUM_TEXT
    parts = korean if subword is None else subword
    return Word2VecSettings(
        epochs=5 if large and not korean else 10 if medium else 30,
        learning_rate=LEARNING_RATE,
        min_count=5 if large else 3 if medium else 1,
        workers=min(os.cpu_count() or 1, 64) if large else 1,
        subword=parts,
        jamo=parts and korean,
        particles=parts and korean,  # a form that is only ever parted needs its n-grams to have a vector
        buckets=100_000 if large else 50_000,
    )
