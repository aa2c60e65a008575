"""The fraud scorer on the engine: verdicts in batches, explanations in slices."""

from dataclasses import dataclass

from nlpbot.core.serving.engine import Engine
from nlpbot.core.serving.lane import Lane
from nlpbot.core.serving.sizes import text_size
from nlpbot.fraud.predictor import FraudPredictor, Verdict
from nlpbot.fraud.wording import Wording

__all__ = ["FraudService"]


@dataclass(frozen=True)
class FraudService:
    """A fraud scorer that is served.

    Attributes:
        score: from messages to verdicts without spans.
        explain: from messages to verdicts with the pieces that speak for fraud; some ten times the work.
        wording: what is said of verdicts.
        synthetic: whether it was trained on messages that nobody received.
    """

    score: Lane[str, Verdict]
    explain: Lane[str, Verdict]
    wording: Wording
    synthetic: bool

    @classmethod
    def on(cls, engine: Engine, predictor: FraudPredictor) -> "FraudService":
        """Return the service of a predictor that runs on an engine."""
        score = engine.add_lane(predictor.predict, max_batch=64, size=text_size)
        return cls(score, engine.add_tasks(predictor.explaining), predictor.wording, predictor.synthetic)
