"""A language model on the engine: streams that are drawn share their steps, a search has them for itself."""

from dataclasses import dataclass

from nlpbot.core.serving.engine import Engine
from nlpbot.core.serving.lane import StreamLane
from nlpbot.generation import BeamSearch, GeneratedToken, Hypothesis, Prompt
from nlpbot.lm.predictor import LmPredictor

__all__ = ["LmService"]

SLOTS = 16
"""Streams that live at once."""


@dataclass(frozen=True)
class LmService:
    """A language model that is served.

    Attributes:
        predictor: reads prompts as tokens, and tokens as text.
        draw: from prompts to tokens drawn one after the other.
        search: from searches to the likeliest texts, all of them at once.
    """

    predictor: LmPredictor
    draw: StreamLane[Prompt, GeneratedToken]
    search: StreamLane[BeamSearch, list[Hypothesis]]

    @classmethod
    def on(cls, engine: Engine, predictor: LmPredictor, *, beams: int) -> "LmService":
        """Return the service of a predictor that runs on an engine; `beams` is the most that a search may have."""
        draw = engine.add_streams(predictor.stepper(slots=SLOTS), slots=SLOTS)
        return cls(predictor, draw, engine.add_streams(predictor.beam_stepper(beams=beams), slots=1))
