"""Word vectors: train on any text, find neighbours and analogies, evaluate, exchange with other programs."""

from typing import TYPE_CHECKING

from nlpbot.core.lazy_names import lazy_names

if TYPE_CHECKING:
    from nlpbot.vectors.predictor import Neighbour, VectorsPredictor

__all__ = ["Neighbour", "VectorsPredictor"]

__getattr__, __dir__ = lazy_names(__name__, {"predictor": __all__})
