"""A completion while it is made: choices side by side, with what each token might have been."""

import secrets
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from server.completions.prompts import Asked
from server.completions.schemas import Completion, CompletionChoice, CompletionChunk, CompletionRequest, LogProbs
from server.engines import Served
from server.openai_fields import FinishReason, Usage

if TYPE_CHECKING:
    from nlpbot.core.text.tokenizer import Tokenizer
    from nlpbot.generation import BeamSearch, GeneratedToken, Prompt
    from nlpbot.generation.pieces import Piece
    from nlpbot.lm.predictor import LmPredictor
    from nlpbot.lm.service import LmService

__all__ = ["completion_chunks", "whole_completion"]


def completion_chunks(
    served: "Served[LmService]", body: CompletionRequest, prompts: Sequence[Asked]
) -> Generator[CompletionChunk, None, None]:
    """Yield a completion piece by piece, its choices in turns; the last chunk holds the usage.

    Raises:
        Overloaded: too many requests are waiting.
        Closed: the engine is stopping.
    """
    name, created = f"cmpl-{secrets.token_hex(8)}", int(time.time())
    notices = [notice for asked in prompts for notice in asked.notices]

    def chunk(choices: list[CompletionChoice], usage: Usage | None = None) -> CompletionChunk:
        return CompletionChunk(
            id=name,
            object="text_completion",
            created=created,
            model=served.slot.name,
            choices=choices,
            usage=usage,
            notices=notices,
        )

    lm = served.service
    with ExitStack() as opened:
        texts = [(asked, *text) for asked in prompts for text in _texts(lm, body, asked, opened)]
        choices = [_Choice(lm.predictor, body, index, *text) for index, text in enumerate(texts)]
        for made in _in_turns([choice.chunks() for choice in choices]):
            yield chunk([made])
    read = sum(len(asked.start.ids) for asked in prompts)
    yield chunk([], Usage.of(read, sum(choice.tokens for choice in choices)))


def whole_completion(chunks: Iterable[CompletionChunk]) -> Completion:
    """Return the completion that chunks are pieces of."""
    *made, last = chunks
    assert last.usage is not None  # noqa: S101  # the last chunk holds it
    pieces: dict[int, list[CompletionChoice]] = {}
    for piece in (choice for chunk in made for choice in chunk.choices):
        pieces.setdefault(piece.index, []).append(piece)
    return Completion(
        id=last.id,
        object="text_completion",
        created=last.created,
        model=last.model,
        choices=[_whole_choice(pieces[index]) for index in sorted(pieces)],
        usage=last.usage,
        notices=last.notices,
    )


def _whole_choice(pieces: Sequence[CompletionChoice]) -> CompletionChoice:
    logprobs = [piece.logprobs for piece in pieces if piece.logprobs is not None]
    return CompletionChoice(
        index=pieces[0].index,
        text="".join(piece.text for piece in pieces),
        finish_reason=pieces[-1].finish_reason,
        logprobs=LogProbs.joined(logprobs) if logprobs else None,
    )


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


def _in_turns(choices: list[Iterator[CompletionChoice]]) -> Iterator[CompletionChoice]:
    """Yield from each in turn, so that all are read while they are made."""
    left = deque(choices)
    while left:
        choice = left.popleft()
        if (piece := next(choice, None)) is not None:
            yield piece
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
    finish_reason: FinishReason | None = None

    def chunks(self) -> Iterator[CompletionChoice]:
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

    def _chunk(self, text: str, logprobs: LogProbs | None = None) -> CompletionChoice:
        return CompletionChoice(index=self.index, text=text, finish_reason=self.finish_reason, logprobs=logprobs)


def _logprobs(tokenizer: "Tokenizer", piece: "Piece", offset: int) -> LogProbs:
    """Return the log-probabilities of each token and of the likeliest in its place, and where it lies in the text."""
    return LogProbs(
        tokens=[_name(tokenizer, made.token) for made in piece.tokens],
        token_logprobs=[made.log_probability for made in piece.tokens],
        top_logprobs=[
            {
                _name(tokenizer, token): value
                for token, value in (*made.alternatives, (made.token, made.log_probability))
            }
            for made in piece.tokens
        ],
        text_offset=[offset] * len(piece.tokens),
    )


def _name(tokenizer: "Tokenizer", token: int) -> str:
    """Return the text of a token, or how the vocabulary calls it if it is none by itself, as a byte is."""
    text = tokenizer.decode([token])
    return text if text and "\ufffd" not in text else tokenizer.vocabulary.token_of(token)
