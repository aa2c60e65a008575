"""A retriever on the engine: topics for questions, and vectors of texts where it has an encoder."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from nlpbot.core.serving.engine import Engine
from nlpbot.core.serving.lane import Lane
from nlpbot.core.serving.sizes import text_size
from nlpbot.retrieval.encoder import Encoder
from nlpbot.retrieval.predictor import Found, RetrievalPredictor

__all__ = ["MOST_HITS", "Embedding", "Embeddings", "RetrievalService"]

MOST_HITS = 50
"""Topics found for a question; who wants fewer takes the first."""


class Embedding(NamedTuple):
    """A text as a vector of length 1, and how many tokens of it were read."""

    vector: tuple[float, ...]
    tokens: int


@dataclass(frozen=True)
class Embeddings:
    """The encoder of a retriever that is served.

    Attributes:
        encode: from texts, read as questions, to vectors.
        size: numbers in a vector.
    """

    encode: Lane[str, Embedding]
    size: int


@dataclass(frozen=True)
class RetrievalService:
    """A retriever that is served.

    Attributes:
        search: from questions to topics.
        embeddings: its encoder, or None where words alone are compared.
    """

    search: Lane[str, Found]
    embeddings: Embeddings | None

    @classmethod
    def on(cls, engine: Engine, predictor: RetrievalPredictor) -> "RetrievalService":
        """Return the service of a predictor that runs on an engine."""
        search = engine.add_lane(partial(predictor.predict, most=MOST_HITS), max_batch=64, size=text_size)
        return cls(search, _embeddings(engine, predictor.dense.encoder) if predictor.dense is not None else None)


def _embeddings(engine: Engine, encoder: Encoder) -> Embeddings:
    def encode(texts: Sequence[str]) -> list[Embedding]:
        vectors = encoder.encode(texts, side="question")
        return [Embedding(tuple(vector.tolist()), encoder.tokens_in(text)) for text, vector in zip(texts, vectors)]

    return Embeddings(engine.add_lane(encode, max_batch=64, size=text_size), encoder.network.config.size)
