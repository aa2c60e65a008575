"""Finding the answer to a question: BM25 over known questions, and a dual LSTM encoder where it is proved to help."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nlpbot.retrieval.predictor import Found, Hit, RetrievalPredictor

__all__ = ["Found", "Hit", "RetrievalPredictor"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from nlpbot.retrieval import predictor

        return getattr(predictor, name)
    raise AttributeError(name)
