"""Text classification: a linear baseline, an LSTM on Word2Vec vectors, and both stacked; whichever wins is served."""

from typing import TYPE_CHECKING

from nlpbot.core.lazy_names import lazy_names

if TYPE_CHECKING:
    from nlpbot.classify.estimator import NlpbotClassifier
    from nlpbot.classify.predictor import ClassifyPredictor, Prediction

__all__ = ["ClassifyPredictor", "NlpbotClassifier", "Prediction"]

__getattr__, __dir__ = lazy_names(
    __name__, {"estimator": ["NlpbotClassifier"], "predictor": ["ClassifyPredictor", "Prediction"]}
)
