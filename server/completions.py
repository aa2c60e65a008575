"""OpenAI's completions of the language model: choices made side by side, with what each token might have been."""

import secrets
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from server.engines import Served
from server.notices import notices_field
from server.openai_schemas import CompletionRequest

if TYPE_CHECKING:
    from nlpbot.core.text.tokenizer import Tokenizer
    from nlpbot.generation import BeamSearch, GeneratedToken, Prompt
    from nlpbot.generation.pieces import Piece
    from nlpbot.lm.predictor import GenerateRequest, LmPredictor
    from nlpbot.lm.service import LmService

__all__ = ["Asked", "completion_chunks", "read_prompts", "whole_completion"]

Chunk = dict[str, Any]

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


def completion_chunks(
    served: "Served[LmService]", body: CompletionRequest, prompts: Sequence[Asked]
) -> Generator[Chunk, None, None]:
    """Yield a completion piece by piece, as OpenAI's chunks, its choices in turns; the last holds the usage.

    Raises:
        Overloaded: too many requests are waiting.
        Closed: the engine is stopping.
    """
    head = {
        "id": f"cmpl-{secrets.token_hex(8)}",
        "object": "text_completion",
        "created": int(time.time()),
        "model": served.slot.name,
        **notices_field([notice for asked in prompts for notice in asked.notices]),
    }
    lm = served.service
    with ExitStack() as opened:
        texts = [(asked, *text) for asked in prompts for text in _texts(lm, body, asked, opened)]
        choices = [_Choice(lm.predictor, body, index, *text) for index, text in enumerate(texts)]
        for made in _in_turns([choice.chunks() for choice in choices]):
            yield {**head, "choices": [made]}
    prompt_tokens = sum(len(asked.start.ids) for asked in prompts)
    completion_tokens = sum(choice.tokens for choice in choices)
    usage = {"prompt_tokens": prompt_tokens, "completion_tokens": completion_tokens}
    yield {**head, "choices": [], "usage": {**usage, "total_tokens": prompt_tokens + completion_tokens}}


def whole_completion(chunks: Iterable[Chunk]) -> dict[str, Any]:
    """Return the completion that chunks are pieces of."""
    *made, last = chunks
    choices: dict[int, Chunk] = {}
    for piece in (choice for chunk in made for choice in chunk["choices"]):
        whole = choices.setdefault(piece["index"], {**piece, "text": "", "logprobs": None})
        whole["text"] += piece["text"]
        whole["finish_reason"] = piece["finish_reason"]
        if piece["logprobs"] is not None:
            before = whole["logprobs"] or {name: [] for name in piece["logprobs"]}
            whole["logprobs"] = {name: before[name] + values for name, values in piece["logprobs"].items()}
    return {**last, "choices": [choices[index] for index in sorted(choices)]}


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


def _texts(
    lm: "LmService", body: CompletionRequest, asked: Asked, opened: ExitStack
) -> "list[tuple[Iterable[GeneratedToken], Callable[[], None]]]":
    """Return the tokens of each text that goes on from a prompt, and what stops their making."""
    if body.beams is not None:
        (found,) = opened.enter_context(closing(lm.search.stream(_search(lm.predictor, body, asked.start))))
        return [(hypothesis.tokens, _nothing) for hypothesis in found[: body.n]]
    seeds = range(asked.request.sampling.seed, asked.request.sampling.seed + body.n)
    streams = [opened.enter_context(closing(lm.draw.stream(_with_seed(asked.start, seed)))) for seed in seeds]
    return [(each, each.close) for each in streams]


def _with_seed(prompt: "Prompt", seed: int) -> "Prompt":
    return replace(prompt, sampling=replace(prompt.sampling, seed=seed))


def _nothing() -> None:
    """Close what is made already."""


def _search(lm: "LmPredictor", body: CompletionRequest, prompt: "Prompt") -> "BeamSearch":
    """Return what beam search is to find instead of drawing."""
    from nlpbot.generation import BeamSearch
    from nlpbot.generation.stop_texts import StopTexts

    ends = StopTexts(body.stop).condition(lm.tokenizer, prompt)
    return BeamSearch(prompt, max(body.beams or 1, body.n), body.length_penalty, ends)


def _in_turns(choices: list[Iterator[Chunk]]) -> Iterator[Chunk]:
    """Yield from each in turn, so that all are read while they are made."""
    left = deque(choices)
    while left:
        choice = left.popleft()
        if (chunk := next(choice, None)) is not None:
            yield chunk
            left.append(choice)


@dataclass(slots=True)
class _Choice:
    """One of the texts of a completion, while it is made."""

    lm: "LmPredictor"
    body: CompletionRequest
    index: int
    asked: Asked
    made: "Iterable[GeneratedToken]"
    close: Callable[[], None]
    tokens: int = 0
    """That were made and read."""
    finish_reason: str | None = None

    def chunks(self) -> Iterator[Chunk]:
        """Yield its pieces as they come, and in the end the reason for it."""
        offset = 0
        if self.body.echo:
            yield self._chunk(self.asked.request.prompt)
            offset = len(self.asked.request.prompt)
        for piece in self._pieces():
            logprobs = None if self.body.logprobs is None else _logprobs(self.lm.tokenizer, piece, offset)
            yield self._chunk(piece.text, logprobs)
            offset += len(piece.text)
        self.close()  # others may be waiting for the slot
        yield self._chunk("")

    def _pieces(self) -> "Iterator[Piece]":
        from nlpbot.generation.stop_texts import StopTexts

        text = StopTexts(self.body.stop).cut(self.lm.pieces(self._counted(), self.asked.request))
        yield from text
        self.finish_reason = text.finish_reason

    def _counted(self) -> "Iterator[GeneratedToken]":
        for made in self.made:
            self.tokens += 1
            yield made

    def _chunk(self, text: str, logprobs: Chunk | None = None) -> Chunk:
        return {"index": self.index, "text": text, "finish_reason": self.finish_reason, "logprobs": logprobs}


def _logprobs(tokenizer: "Tokenizer", piece: "Piece", offset: int) -> Chunk:
    """Return what OpenAI tells of tokens: log-probabilities of each and of the likeliest, and its place in the text."""
    return {
        "tokens": [_name(tokenizer, made.token) for made in piece.tokens],
        "token_logprobs": [made.log_probability for made in piece.tokens],
        "top_logprobs": [
            {
                _name(tokenizer, token): value
                for token, value in (*made.alternatives, (made.token, made.log_probability))
            }
            for made in piece.tokens
        ],
        "text_offset": [offset] * len(piece.tokens),
    }


def _name(tokenizer: "Tokenizer", token: int) -> str:
    """Return the text of a token, or how the vocabulary calls it if it is none by itself, as a byte is."""
    text = tokenizer.decode([token])
    return text if text and "\ufffd" not in text else tokenizer.vocabulary.token_of(token)
