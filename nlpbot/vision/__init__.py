"""Recognising images: softmax regression and LeNet-5, with nearest neighbours as honest baseline.

`data` reads images, `train` learns the `members`, one of which is in the `predictor`, `evaluate` measures it. `config`,
`run` and `commands` are the command line.
"""

from typing import TYPE_CHECKING

from nlpbot.core.kernel.lazy_names import lazy_names

if TYPE_CHECKING:
    from nlpbot.vision.predictor import VisionPredictor

__all__ = ["VisionPredictor"]

__getattr__, __dir__ = lazy_names(__name__, {"predictor": __all__})
