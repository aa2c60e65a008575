"""Scoring messages for fraud: probability, verdict, kind, and the words that made it so."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nlpbot.fraud.predictor import FraudPredictor, Verdict

__all__ = ["FraudPredictor", "Verdict"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from nlpbot.fraud import predictor

        return getattr(predictor, name)
    raise AttributeError(name)
