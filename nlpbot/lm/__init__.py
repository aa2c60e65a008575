"""Language models: train on any text, evaluate, generate."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nlpbot.lm.predictor import LmPredictor

__all__ = ["LmPredictor"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from nlpbot.lm import predictor

        return getattr(predictor, name)
    raise AttributeError(name)
