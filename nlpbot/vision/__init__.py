"""Recognising images: softmax regression and LeNet-5, with nearest neighbours as honest baseline."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nlpbot.vision.predictor import VisionPredictor

__all__ = ["VisionPredictor"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from nlpbot.vision import predictor

        return getattr(predictor, name)
    raise AttributeError(name)
