"""Word vectors: train on any text, find neighbours and analogies, evaluate, exchange with other programs."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nlpbot.vectors.predictor import Neighbour, VectorsPredictor

__all__ = ["Neighbour", "VectorsPredictor"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from nlpbot.vectors import predictor

        return getattr(predictor, name)
    raise AttributeError(name)
