"""Making text step by step: `stepper` for many streams at once, `beam` for the likeliest, over any `RecurrentStep`.

How a step is computed: `recurrent_step` with `torch_step`, `cuda_graph_step`, `onnx_step` and their parts. How a token
is chosen: `sampling`, `temperature_sampling`, `repetition`. What goes in and comes out: `tokens`, `prompts`,
`prompt_reading`, `continuations`, `pieces`, `stop_texts`.
"""

from nlpbot.generation.beam import BeamSearch, BeamStepper, Hypothesis, beam_search
from nlpbot.generation.decoding import DecodingName
from nlpbot.generation.onnx_session import adds_exactly
from nlpbot.generation.recurrent_step import RecurrentStep, quickest_step
from nlpbot.generation.sampling import Sampling
from nlpbot.generation.stepper import LanguageModelStepper
from nlpbot.generation.tokens import GeneratedToken, Prompt, StopCondition

__all__ = [
    "BeamSearch",
    "BeamStepper",
    "DecodingName",
    "GeneratedToken",
    "Hypothesis",
    "LanguageModelStepper",
    "Prompt",
    "RecurrentStep",
    "Sampling",
    "StopCondition",
    "adds_exactly",
    "beam_search",
    "quickest_step",
]
