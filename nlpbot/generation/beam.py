"""Beam search: the likeliest texts that can be found by going on with some of the best at once."""

import math
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from nlpbot.core.nn.language_model import LanguageModel
from nlpbot.generation.decoding import Ends, Made, Prompt
from nlpbot.generation.onnx_graph import DecodingName
from nlpbot.generation.prompt_reading import PromptReader
from nlpbot.generation.recurrent_step import RecurrentStep, quickest_step
from nlpbot.generation.repetition import History
from nlpbot.generation.sampling import likeliest

__all__ = ["BeamSearch", "BeamStepper", "Hypothesis", "beam_search"]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A text that was found, and how good it is."""

    tokens: tuple[Made, ...]
    score: float
    """Log-probability, repetitions minded, by the penalty of the length; higher is better."""


@dataclass(frozen=True, slots=True)
class _Beam:
    history: History
    made: tuple[Made, ...]
    total: float
    """Log-probability of what was made, repetitions minded."""


@dataclass(frozen=True, slots=True)
class BeamSearch:
    """What to search for; nothing is drawn by chance.

    Raises:
        ValueError: a number is below its least, or the prompt is empty.
    """

    prompt: Prompt
    """At least one token; of its sampling the repetition options, `max_tokens`, `stop`, `alternatives` are heeded."""
    beams: int
    """Texts that are gone on with at once, at least 1; 1 takes the likeliest token each time."""
    length_penalty: float = 0.6
    """From 0, which favours short texts; 0.6 is usual. It matters where texts can end early."""
    ends: Ends | None = None
    """Says of the tokens made whether a text ends after them, besides `stop`."""

    def __post_init__(self) -> None:
        if self.beams < 1 or not self.length_penalty >= 0 or not self.prompt.ids:
            raise ValueError("beams from 1, length_penalty from 0, and a prompt of at least one token wanted")


def beam_search(model: LanguageModel, search: BeamSearch, *, decoding: DecodingName = "float32") -> list[Hypothesis]:
    """Return the best texts that go on from a prompt, best first, at most one a beam.

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
    """Goes one step of a beam search at a time, so that others can go theirs between; what it makes is all it found.

    Args:
        model: put into evaluation mode; its weights are copied, so it isn't to be trained on meanwhile.
        beams: the most that a search may have.
        decoding: how the weights are multiplied.
    """

    def __init__(self, model: LanguageModel, *, beams: int, decoding: DecodingName = "float32") -> None:
        self._model = model
        self._step = quickest_step(model, rows=beams, decoding=decoding)
        self._running: Generator[None, None, list[Hypothesis]] | None = None

    def admit(self, search: BeamSearch) -> int:
        """Take in a search, while none is running, and return its slot."""
        self._running = _run(PromptReader(self._model, search.prompt.ids), self._step, search)
        return 0

    def step(self) -> dict[int, tuple[list[Hypothesis], bool]]:
        """Go a step; return slot to (the best texts, best first, True) after the last, and nothing before."""
        if self._running is None:
            return {}
        try:
            next(self._running)
        except StopIteration as end:
            return {0: (end.value, True)}
        return {}

    def release(self, slot: int) -> None:
        """Make room for the next search."""
        del slot  # there is but one
        self._running = None


def _run(reader: PromptReader, step: RecurrentStep, search: BeamSearch) -> Generator[None, None, list[Hypothesis]]:
    """Pause after each piece of the prompt and each step, and return the best texts.

    Source: Wu et al. 2016, Google's neural machine translation system (the length penalty).
    """
    last, sampling, beams, ends = search.prompt.ids[-1], search.prompt.sampling, search.beams, search.ends
    history = sampling.history()
    while not reader.done:
        history = history.after(*reader.read())
        yield
    step.start(0, reader.state)
    step.advance([last])
    yield
    live, found = [_Beam(history.after(last), (), 0.0)], list[Hypothesis]()

    def ended(beam: _Beam) -> bool:
        by_length = len(beam.made) == sampling.max_tokens
        return by_length or beam.made[-1].token in sampling.stop or (ends is not None and ends(beam.made))

    def score(total: float, length: int) -> float:
        return total / math.pow((5 + length) / 6, search.length_penalty)

    def settled() -> bool:
        """Whether no live text can still become one of the best; it only gets less likely."""
        return len(found) >= beams and found[beams - 1].score >= score(live[0].total, sampling.max_tokens)

    while live and not settled():
        extensions = _extensions(live, step.scores(len(live)), beams, alternatives=sampling.alternatives)
        ranked = [(row, beam, ended(beam)) for row, beam in extensions]
        found += [Hypothesis(beam.made, score(beam.total, len(beam.made))) for _, beam, last in ranked[:beams] if last]
        found.sort(key=lambda hypothesis: hypothesis.score, reverse=True)
        going = [(row, beam) for row, beam, last in ranked if not last][:beams]
        live = [beam for _, beam in going]
        if live:
            step.reorder([row for row, _ in going])
            step.advance([beam.made[-1].token for beam in live])
            yield
    return found[:beams]


def _extensions(
    live: Sequence[_Beam], scores: Float[Tensor, "B V"], beams: int, *, alternatives: int
) -> Iterator[tuple[int, _Beam]]:
    """Yield the best texts that are a token longer, best first, each with the place of the one that it goes on from.

    They are twice the beams, so that enough are left where the best of them end.
    """
    own = scores.log_softmax(dim=1)
    likely = [likeliest(row, alternatives) for row in scores]
    bent = [beam.history.bend(row).log_softmax(dim=0) for row, beam in zip(scores, live, strict=True)]
    totals = torch.tensor([[beam.total] for beam in live], dtype=torch.float64) + torch.stack(bent)
    best, places = totals.flatten().topk(min(2 * beams, totals.numel()))
    for total, place in zip(best.tolist(), places.tolist(), strict=True):
        row, token = divmod(place, scores.shape[1])
        if total > -math.inf:
            made = Made(token, float(own[row, token]), likely[row])
            yield row, _Beam(live[row].history.after(token), (*live[row].made, made), total)
