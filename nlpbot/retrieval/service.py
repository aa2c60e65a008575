"""A retriever on the engine: topics for questions, and vectors of texts where it has an encoder."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from nlpbot.core.serving.embeddings import Embeddings, TextEmbedding
from nlpbot.core.serving.engine import Engine
from nlpbot.core.serving.lane import Lane
from nlpbot.core.serving.sizes import text_size
from nlpbot.retrieval.meaning import Meaning
from nlpbot.retrieval.predictor import Found, RetrievalPredictor

__all__ = ["MOST_HITS", "RetrievalService"]

MOST_HITS = 50
"""Topics found for a question; who wants fewer takes the first."""


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


def _embeddings(engine: Engine, encoder: Meaning) -> Embeddings:
    def encode(texts: Sequence[str]) -> list[TextEmbedding]:
        vectors = encoder.encode(texts, side="question")
        return [TextEmbedding(tuple(vector.tolist()), encoder.tokens_in(text)) for text, vector in zip(texts, vectors)]

    return Embeddings(engine.add_lane(encode, max_batch=64, size=text_size), encoder.size)
