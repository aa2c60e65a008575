"""Language models: train on any text, evaluate, generate."""

from typing import TYPE_CHECKING

from nlpbot.core.kernel.lazy_names import lazy_names

if TYPE_CHECKING:
    from nlpbot.lm.predictor import GenerateRequest, LmPredictor

__all__ = ["GenerateRequest", "LmPredictor"]

__getattr__, __dir__ = lazy_names(__name__, {"predictor": __all__})
