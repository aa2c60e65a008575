"""Decode a language model step by step, all live streams at once.

Streams come and go between steps. A step reads one token for each of them: the next of its prompt, or the one made
last. So a stream with a long prompt holds up no other; it begins to make tokens when its prompt is read.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from nlpbot.core.nn.language_model import LanguageModel
from nlpbot.core.nn.onnx_graph import DecodingName
from nlpbot.core.nn.plain_sampling import is_plain, uniform_draws
from nlpbot.core.nn.recurrent_step import quickest_step
from nlpbot.core.nn.repetition import History
from nlpbot.core.nn.sampling import Sampling, choose, likeliest

__all__ = ["Ends", "LanguageModelStepper", "Made", "Prompt"]


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a stream starts from: at least one token, and how to go on."""

    ids: tuple[int, ...]
    sampling: Sampling


class Made(NamedTuple):
    """A token that was made, its log-probability under the model, and the likeliest tokens if they were asked for."""

    token: int
    log_probability: float
    alternatives: tuple[tuple[int, float], ...] = ()
    """Tokens with their log-probabilities, best first."""


Ends = Callable[[Sequence[Made]], bool]
"""From the tokens made so far to whether the text ends after them."""


@dataclass(slots=True)
class _Stream:
    slot: int
    row: int
    sampling: Sampling
    plain: bool
    draws: Iterator[float]
    generator: torch.Generator
    history: History
    ids: list[int]
    """The prompt, and what was made."""
    read: int
    left: int

    @property
    def wants_scores(self) -> bool:
        """Whether its next token takes more than a draw by temperature."""
        return not self.plain or self.sampling.alternatives > 0


class LanguageModelStepper:
    """Makes at most one token for each live stream a step.

    Args:
        model: put into evaluation mode; its weights are copied, so it isn't to be trained on meanwhile.
        slots: streams that can live at once.
        decoding: how the weights are multiplied.
        thread_count: for a step; see `quickest_step`.

    Source: Gao et al. 2018, Low latency RNN inference with cellular batching (BatchMaker).
    """

    def __init__(
        self,
        model: LanguageModel,
        *,
        slots: int = 32,
        decoding: DecodingName = "float32",
        thread_count: int | None = None,
    ) -> None:
        self._vocabulary = model.config.vocabulary
        self._step = quickest_step(model, rows=slots, decoding=decoding, thread_count=thread_count)
        self._free = list(range(slots))[::-1]
        self._live: dict[int, _Stream] = {}
        self._rows: list[_Stream] = []

    def admit(self, prompt: Prompt) -> int:
        """Take a prompt in, to be read in the next steps, and return the stream's slot.

        Raises:
            ValueError: the prompt is empty.
            IndexError: a token is none of the vocabulary's, or no slot is free.
        """
        if not prompt.ids:
            raise ValueError("a prompt of at least one token wanted")
        if min(prompt.ids) < 0 or max(prompt.ids) >= self._vocabulary:
            raise IndexError(f"tokens from {min(prompt.ids)} to {max(prompt.ids)}; 0 to {self._vocabulary - 1} wanted")
        slot, row, sampling = self._free.pop(), len(self._rows), prompt.sampling
        self._step.clear(row)
        generator = torch.Generator().manual_seed(sampling.seed)
        draws = uniform_draws(sampling.seed)
        history = sampling.history().after(*prompt.ids)
        stream = _Stream(
            slot, row, sampling, is_plain(sampling), draws, generator, history, list(prompt.ids), 0, sampling.max_tokens
        )
        self._rows.append(stream)
        self._live[slot] = stream
        return slot

    def step(self) -> dict[int, tuple[Made, bool]]:
        """Read a token for each live stream, and make one for each whose prompt is read.

        Returns:
            Slot to (token, whether it was the last); empty while all are still reading.
        """
        if not self._rows:
            return {}
        tokens = [stream.ids[stream.read] for stream in self._rows]
        for stream in self._rows:
            stream.read += 1
        waiting = [stream for stream in self._rows if stream.read == len(stream.ids)]
        if not waiting:
            self._step.advance(tokens, score=False)
            return {}
        return {
            stream.slot: _taken(stream, made)
            for stream, made in zip(waiting, self._choose(tokens, waiting), strict=True)
        }

    def release(self, slot: int) -> None:
        """Free a slot; the last row takes the place of its row, so that live rows stay together."""
        gone, last = self._live.pop(slot), self._rows.pop()
        if last is not gone:
            self._step.move(last.row, gone.row)
            self._rows[gone.row], last.row = last, gone.row
        self._free.append(slot)

    def _choose(self, tokens: list[int], waiting: list[_Stream]) -> list[Made]:
        """Go a step, and return the next token of each stream whose tokens are all read."""
        heat, draws = [0.0] * len(tokens), [0.0] * len(tokens)
        for stream in waiting:
            if stream.plain and stream.sampling.temperature:
                heat[stream.row], draws[stream.row] = stream.sampling.temperature, next(stream.draws)
        found = self._step.advance_and_choose(tokens, heat, draws)
        if not any(stream.wants_scores for stream in waiting):
            return [Made(*found[stream.row]) for stream in waiting]
        scores = self._step.scores(len(tokens))
        return [_made(stream, scores[stream.row], *found[stream.row]) for stream in waiting]


@torch.inference_mode()
def _made(stream: _Stream, scores: Float[Tensor, " V"], token: int, log_probability: float) -> Made:
    """Return a stream's next token, which was found already where nothing but a temperature bends its chances."""
    if not stream.plain:
        token, log_probability = choose(scores, stream.sampling, stream.generator, stream.history)
    return Made(token, log_probability, likeliest(scores, stream.sampling.alternatives))


def _taken(stream: _Stream, made: Made) -> tuple[Made, bool]:
    """Return a token as a stream's next, and whether it is its last."""
    stream.history = stream.history.after(made.token)
    stream.ids.append(made.token)
    stream.left -= 1
    return made, stream.left == 0 or made.token in stream.sampling.stop
