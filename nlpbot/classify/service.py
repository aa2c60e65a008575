"""A text classifier on the engine."""

from dataclasses import dataclass

from nlpbot.classify.predictor import ClassifyPredictor, Prediction
from nlpbot.core.serving.engine import Engine
from nlpbot.core.serving.lane import Lane
from nlpbot.core.serving.sizes import text_size

__all__ = ["ClassifyService"]


@dataclass(frozen=True)
class ClassifyService:
    """A text classifier that is served.

    Attributes:
        predict: from texts to labels with probabilities.
        labels: all that it knows.
    """

    predict: Lane[str, Prediction]
    labels: tuple[str, ...]

    @classmethod
    def on(cls, engine: Engine, predictor: ClassifyPredictor) -> "ClassifyService":
        """Return the service of a predictor that runs on an engine."""
        return cls(engine.add_lane(predictor.predict, max_batch=64, size=text_size), predictor.names)
