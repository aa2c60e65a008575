"""The prompts of a completion, as they are read."""

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.completions.schemas import CompletionRequest

if TYPE_CHECKING:
    from nlpbot.generation import Prompt
    from nlpbot.lm.predictor import GenerateRequest, LmPredictor

__all__ = ["Asked", "read_prompts"]

MAX_PROMPT = 20_000
"""Characters that are read of a prompt, its last."""
MAX_TOKENS = 2048
"""That are made for a text."""
SEED_BITS = 31


@dataclass(frozen=True, slots=True)
class Asked:
    """A prompt as it is read, and how to go on from it."""

    request: "GenerateRequest"
    start: "Prompt"
    notices: tuple[str, ...]
    """What of it was cut."""


def read_prompts(lm: "LmPredictor", body: CompletionRequest) -> list[Asked]:
    """Return each prompt as it is read.

    Raises:
        DataError: a character was never seen and the tokenizer can't write it.
    """
    return [_asked(lm, body, prompt, f"prompt.{number}") for number, prompt in enumerate(body.prompt)]


def _asked(lm: "LmPredictor", body: CompletionRequest, prompt: str, name: str) -> Asked:
    """Return a prompt as it is read; `name` is what it is called where it is cut."""
    from nlpbot.generation import Sampling
    from nlpbot.lm.predictor import MAX_PROMPT_TOKENS, GenerateRequest

    sampling = Sampling(
        temperature=body.temperature,
        top_k=body.top_k,
        top_p=body.top_p,
        min_p=body.min_p,
        repetition_penalty=body.repetition_penalty,
        no_repeat_ngram=body.no_repeat_ngram,
        seed=body.seed if body.seed is not None else secrets.randbits(SEED_BITS),
        max_tokens=min(body.max_tokens, MAX_TOKENS),
        alternatives=body.logprobs or 0,
    )
    request = GenerateRequest(prompt[-MAX_PROMPT:], sampling)
    start = lm.prompt(request)
    notices = []
    if len(prompt) > MAX_PROMPT:
        notices.append(f"{name}: {len(prompt)} characters; the last {MAX_PROMPT} were read")
    if len(start.ids) == MAX_PROMPT_TOKENS:
        notices.append(f"{name}: the last {MAX_PROMPT_TOKENS} tokens were read")
    if body.max_tokens > MAX_TOKENS:
        notices.append(f"{name}: {body.max_tokens} tokens asked; at most {MAX_TOKENS} are made")
    return Asked(request, start, tuple(notices))
