"""Recognising images: softmax regression and LeNet-5, with nearest neighbours as honest baseline."""

from typing import TYPE_CHECKING

from nlpbot.core.lazy_names import lazy_names

if TYPE_CHECKING:
    from nlpbot.vision.predictor import VisionPredictor

__all__ = ["VisionPredictor"]

__getattr__, __dir__ = lazy_names(__name__, {"predictor": __all__})
