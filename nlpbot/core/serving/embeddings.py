"""What every encoder that is served gives: texts as vectors."""

from dataclasses import dataclass
from typing import NamedTuple

from nlpbot.core.serving.lane import Lane

__all__ = ["Embeddings", "TextEmbedding"]


class TextEmbedding(NamedTuple):
    """A text as a vector of length 1, and how many tokens of it were read."""

    vector: tuple[float, ...]
    tokens: int


@dataclass(frozen=True)
class Embeddings:
    """An encoder that is served.

    Attributes:
        encode: from texts to vectors.
        size: numbers in a vector.
    """

    encode: Lane[str, TextEmbedding]
    size: int
