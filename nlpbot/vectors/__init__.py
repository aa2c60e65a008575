"""Word vectors: train on any text, find neighbours and analogies, evaluate, exchange with other programs.

`data` reads texts, pairs and analogies, `train` learns the `predictor`, `evaluate` measures it, `picture` lays words in
the plane. `config`, `run`, `results` and `commands` are the command line.
"""

from typing import TYPE_CHECKING

from nlpbot.core.kernel.lazy_names import lazy_names

if TYPE_CHECKING:
    from nlpbot.vectors.predictor import Neighbour, VectorsPredictor

__all__ = ["Neighbour", "VectorsPredictor"]

__getattr__, __dir__ = lazy_names(__name__, {"predictor": __all__})
