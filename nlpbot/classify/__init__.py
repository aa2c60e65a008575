"""Text classification: a linear baseline, an LSTM on Word2Vec vectors, and both stacked; whichever wins is served.

What is served: `predictor`, over the `members` that `train` learned from `data`. Why a label: `attribution`,
`occlusion`. What is measured: `evaluate` by `evaluate_options`, shown by `report`; `inspection` looks into a file.
`config`, `run` and `commands` are the command line.
"""

from typing import TYPE_CHECKING

from nlpbot.core.kernel.lazy_names import lazy_names

if TYPE_CHECKING:
    from nlpbot.classify.estimator import NlpbotClassifier
    from nlpbot.classify.predictor import ClassifyPredictor, Prediction

__all__ = ["ClassifyPredictor", "NlpbotClassifier", "Prediction"]

__getattr__, __dir__ = lazy_names(
    __name__, {"estimator": ["NlpbotClassifier"], "predictor": ["ClassifyPredictor", "Prediction"]}
)
