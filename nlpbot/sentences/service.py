"""A sentence encoder on the engine: vectors for texts."""

from collections.abc import Sequence
from dataclasses import dataclass

from nlpbot.core.serving.embeddings import Embeddings, TextEmbedding
from nlpbot.core.serving.engine import Engine
from nlpbot.core.serving.sizes import text_size
from nlpbot.sentences.predictor import SentencesPredictor

__all__ = ["SentencesService"]


@dataclass(frozen=True)
class SentencesService(Embeddings):
    """A sentence encoder that is served."""

    @classmethod
    def on(cls, engine: Engine, predictor: SentencesPredictor) -> "SentencesService":
        """Return the service of a predictor that runs on an engine."""

        def encode(texts: Sequence[str]) -> list[TextEmbedding]:
            return [TextEmbedding(each.vector, each.tokens) for each in predictor.predict(texts)]

        return cls(engine.add_lane(encode, max_batch=64, size=text_size), predictor.encoder.size)
