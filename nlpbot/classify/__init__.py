"""Text classification: a linear baseline, an LSTM on Word2Vec vectors, and both stacked; whichever wins is served."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nlpbot.classify.predictor import ClassifyPredictor, Prediction

__all__ = ["ClassifyPredictor", "Prediction"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from nlpbot.classify import predictor

        return getattr(predictor, name)
    raise AttributeError(name)
