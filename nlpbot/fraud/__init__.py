"""Scoring messages for fraud: probability, verdict, kind, and the words that made it so."""

from typing import TYPE_CHECKING

from nlpbot.core.lazy_names import lazy_names

if TYPE_CHECKING:
    from nlpbot.fraud.predictor import FraudPredictor, Verdict

__all__ = ["FraudPredictor", "Verdict"]

__getattr__, __dir__ = lazy_names(__name__, {"predictor": __all__})
