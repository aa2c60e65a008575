"""Beam search: the likeliest texts found by extending the best few at once."""

import math
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from nlpbot.core.nn import LanguageModel
from nlpbot.generation.decoding import DecodingName
from nlpbot.generation.prompt_reading import PromptReader
from nlpbot.generation.recurrent_step import RecurrentStep, quickest_step
from nlpbot.generation.repetition import History
from nlpbot.generation.sampling import likeliest
from nlpbot.generation.tokens import GeneratedToken, Prompt, StopCondition

__all__ = ["BeamSearch", "BeamStepper", "Hypothesis", "beam_search"]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A text that was found, and how good it is."""

    tokens: tuple[GeneratedToken, ...]
    score: float
    """Log-probability after repetition penalties, divided by the length penalty; higher is better."""


@dataclass(frozen=True, slots=True)
class _Beam:
    history: History
    tokens: tuple[GeneratedToken, ...]
    total: float
    """Log-probability of the tokens, after repetition penalties."""


@dataclass(frozen=True, slots=True)
class BeamSearch:
    """What to search for; nothing is drawn by chance.

    Raises:
        ValueError: a number is below its least, or the prompt is empty.
    """

    prompt: Prompt
    """At least one token; its sampling's repetition options, `max_tokens`, `stop` and `alternatives` apply."""
    beams: int
    """Texts extended at once, at least 1; 1 takes the likeliest token each time."""
    length_penalty: float = 0.6
    """From 0, which favours short texts; 0.6 is usual. It matters where texts can end early."""
    stop_when: StopCondition | None = None
    """Whether a text ends after its tokens so far, besides `stop`."""

    def __post_init__(self) -> None:
        if self.beams < 1 or not self.length_penalty >= 0 or not self.prompt.ids:
            raise ValueError("beams from 1, length_penalty from 0, and a prompt of at least one token expected")


def beam_search(model: LanguageModel, search: BeamSearch, *, decoding: DecodingName = "float32") -> list[Hypothesis]:
    """Return the best continuations of a prompt, best first, at most one a beam.

    Args:
        model: put into evaluation mode.
        search: what to search for.
        decoding: how the weights are multiplied.
    """
    stepper = BeamStepper(model, beams=search.beams, decoding=decoding)
    slot = stepper.admit(search)
    while not (found := stepper.step()):
        pass
    return found[slot][0]


class BeamStepper:
    """Runs a beam search one step at a time, so that other work can be done between; its one result is all it found.

    Args:
        model: put into evaluation mode; its weights are copied, so later training does not reach the stepper.
        beams: the most that a search may have.
        decoding: how the weights are multiplied.
    """

    def __init__(self, model: LanguageModel, *, beams: int, decoding: DecodingName = "float32") -> None:
        self._model = model
        self._step = quickest_step(model, rows=beams, decoding=decoding)
        self._running: Generator[None, None, list[Hypothesis]] | None = None

    def admit(self, search: BeamSearch) -> int:
        """Take in a search, while none is running, and return its slot.

        Raises:
            ValueError: the prompt's state doesn't fit the model.
        """
        self._running = _Search(PromptReader(self._model, search.prompt), self._step, search).run()
        return 0

    def step(self) -> dict[int, tuple[list[Hypothesis], bool]]:
        """Take a step; return slot to (the best texts, best first, True) after the last, and nothing before."""
        if self._running is None:
            return {}
        try:
            next(self._running)
        except StopIteration as end:
            return {0: (end.value, True)}
        return {}

    def release(self, slot: int) -> None:
        """Free the slot for the next search."""
        del slot  # there is but one
        self._running = None


class _Search:
    """One search: the texts that are live, and those that were found.

    Source: Wu et al. 2016, Google's neural machine translation system (the length penalty).
    """

    def __init__(self, reader: PromptReader, step: RecurrentStep, search: BeamSearch) -> None:
        self._reader, self._step, self._search = reader, step, search
        self._sampling, self._beams = search.prompt.sampling, search.beams
        self._live: list[_Beam] = []
        self._found: list[Hypothesis] = []

    def run(self) -> Generator[None, None, list[Hypothesis]]:
        """Pause after each piece of the prompt and each step, and return the best texts."""
        yield from self._read_prompt()
        while self._live and not self._is_settled():
            self._extend()
            if self._live:
                yield
        return self._found[: self._beams]

    def _read_prompt(self) -> Iterator[None]:
        last, history = self._search.prompt.ids[-1], self._sampling.history()
        while not self._reader.done:
            history = history.after(*self._reader.read())
            yield
        self._step.start(0, self._reader.state)
        self._step.advance([last])
        self._live = [_Beam(history.after(last), (), 0.0)]
        yield

    def _extend(self) -> None:
        """Extend the live texts by a token, keep those that ended, and take a step with the best of the others."""
        scores = self._step.scores(len(self._live))
        extensions = list(_extensions(self._live, scores, self._beams, alternatives=self._sampling.alternatives))
        ended = [self._has_ended(beam) for _, beam in extensions]
        best = zip(extensions[: self._beams], ended, strict=False)
        self._found += [Hypothesis(beam.tokens, self._score(beam)) for (_, beam), last in best if last]
        self._found.sort(key=lambda hypothesis: hypothesis.score, reverse=True)
        live = [each for each, last in zip(extensions, ended, strict=True) if not last][: self._beams]
        self._live = [beam for _, beam in live]
        if live:
            self._step.reorder([row for row, _ in live])
            self._step.advance([beam.tokens[-1].token for beam in self._live])

    def _has_ended(self, beam: _Beam) -> bool:
        by_length = len(beam.tokens) == self._sampling.max_tokens
        by_token = beam.tokens[-1].token in self._sampling.stop
        stop_when = self._search.stop_when
        return by_length or by_token or (stop_when is not None and stop_when(beam.tokens))

    def _score(self, beam: _Beam, length: int | None = None) -> float:
        """Return the score of a text, as if it had `length` tokens where that is given."""
        tokens = len(beam.tokens) if length is None else length
        return beam.total / math.pow((5 + tokens) / 6, self._search.length_penalty)

    def _is_settled(self) -> bool:
        """Return whether no live text can still become one of the best; it only gets less likely."""
        if len(self._found) < self._beams:
            return False
        return self._found[self._beams - 1].score >= self._score(self._live[0], self._sampling.max_tokens)


def _extensions(
    live: Sequence[_Beam], scores: Float[Tensor, "B V"], beams: int, *, alternatives: int
) -> Iterator[tuple[int, _Beam]]:
    """Yield the best texts that are a token longer, best first, each with the row of the text that it extends.

    They are twice the beams, so that enough are left where the best of them end.
    """
    own = scores.log_softmax(dim=1)
    likely = [likeliest(row, alternatives) for row in scores]
    penalised = [beam.history.penalise_repetition(row) for row, beam in zip(scores, live, strict=True)]
    totals = torch.tensor([[beam.total] for beam in live], dtype=torch.float64)
    totals = totals + torch.stack(penalised).log_softmax(dim=1)
    best, places = totals.flatten().topk(min(2 * beams, totals.numel()))
    for total, place in zip(best.tolist(), places.tolist(), strict=True):
        row, token = divmod(place, scores.shape[1])
        if total > -math.inf:
            generated = GeneratedToken(token, float(own[row, token]), likely[row])
            yield row, _Beam(live[row].history.after(token), (*live[row].tokens, generated), total)
