"""Making text step by step: `decoding` for many streams at once, `beam` for the likeliest, over any `RecurrentStep`.

How a step is computed: `recurrent_step` with `torch_step`, `onnx_step` and their parts. How a token is chosen:
`sampling`, `plain_sampling`, `repetition`. Text in and out: `prompts`, `prompt_reading`, `pieces`, `stop_texts`.
"""

from nlpbot.generation.beam import BeamSearch, BeamStepper, Hypothesis, beam_search
from nlpbot.generation.decoding import Ends, LanguageModelStepper, Made, Prompt
from nlpbot.generation.onnx_graph import DecodingName
from nlpbot.generation.onnx_session import adds_exactly
from nlpbot.generation.recurrent_step import RecurrentStep, quickest_step
from nlpbot.generation.sampling import Sampling

__all__ = [
    "BeamSearch",
    "BeamStepper",
    "DecodingName",
    "Ends",
    "Hypothesis",
    "LanguageModelStepper",
    "Made",
    "Prompt",
    "RecurrentStep",
    "Sampling",
    "adds_exactly",
    "beam_search",
    "quickest_step",
]
