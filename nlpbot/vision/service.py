"""An image classifier on the engine."""

from dataclasses import dataclass

from jaxtyping import Float
from numpy import ndarray

from nlpbot.core.serving.engine import Engine
from nlpbot.core.serving.lane import Lane
from nlpbot.vision.predictor import Recognised, VisionPredictor

__all__ = ["VisionService"]


@dataclass(frozen=True)
class VisionService:
    """An image classifier that is served.

    Attributes:
        recognise: from drawings of any size, from 0 paper to 1 ink, to labels.
    """

    recognise: Lane[Float[ndarray, "_ _"], Recognised]

    @classmethod
    def on(cls, engine: Engine, predictor: VisionPredictor) -> "VisionService":
        """Return the service of a predictor that runs on an engine."""
        return cls(engine.add_lane(predictor.predict, max_batch=16))
