"""Finding the answer to a question: BM25 over known questions, and a dual LSTM encoder where it is proved to help.

What can be found is `data`; what finds it `index`, `encoder` and `predictor`; `train` and `choice` learn it, `evaluate`
measures it. `config`, `run` and `commands` are the command line.
"""

from typing import TYPE_CHECKING

from nlpbot.core.kernel.lazy_names import lazy_names

if TYPE_CHECKING:
    from nlpbot.retrieval.predictor import Found, Hit, RetrievalPredictor

__all__ = ["Found", "Hit", "RetrievalPredictor"]

__getattr__, __dir__ = lazy_names(__name__, {"predictor": __all__})
