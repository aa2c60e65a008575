"""Decode a language model step by step, all live streams at once.

Streams come and go between steps. A step makes a token for each whose prompt is read; before it, a piece of one of the
other prompts is read, which take turns. So a stream with a long prompt holds up no other.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from nlpbot.core.nn.language_model import LanguageModel
from nlpbot.generation.onnx_graph import DecodingName
from nlpbot.generation.plain_sampling import is_plain, uniform_draws
from nlpbot.generation.prompt_reading import PromptReader
from nlpbot.generation.recurrent_step import quickest_step
from nlpbot.generation.repetition import History
from nlpbot.generation.sampling import Sampling, choose, likeliest

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

Result = tuple[Made | Exception, bool]
"""The token that a stream made, or by what it failed; and whether it was the last."""


@dataclass(slots=True, eq=False)
class _Stream:
    slot: int
    sampling: Sampling
    plain: bool
    draws: Iterator[float]
    generator: torch.Generator
    reader: PromptReader
    history: History
    last: int
    """The token that its next step reads."""
    left: int
    row: int = -1
    """Of the step, once the prompt is read."""

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
        self._model = model
        self._step = quickest_step(model, rows=slots, decoding=decoding, thread_count=thread_count)
        self._free = list(range(slots))[::-1]
        self._live: dict[int, _Stream] = {}
        self._reading: deque[_Stream] = deque()
        self._rows: list[_Stream] = []

    @property
    def decoding(self) -> DecodingName:
        """How the weights are multiplied on this processor."""
        return self._step.decoding

    def admit(self, prompt: Prompt) -> int:
        """Take a prompt in, to be read in the next steps, and return the stream's slot.

        Raises:
            ValueError: the prompt is empty.
            IndexError: a token is none of the vocabulary's, or no slot is free.
        """
        ids, sampling, vocabulary = prompt.ids, prompt.sampling, self._model.config.vocabulary
        if not ids:
            raise ValueError("a prompt of at least one token wanted")
        if min(ids) < 0 or max(ids) >= vocabulary:
            raise IndexError(f"tokens from {min(ids)} to {max(ids)}; 0 to {vocabulary - 1} wanted")
        stream = _Stream(
            slot=self._free.pop(),
            sampling=sampling,
            plain=is_plain(sampling),
            draws=uniform_draws(sampling.seed),
            generator=torch.Generator().manual_seed(sampling.seed),
            reader=PromptReader(self._model, ids),
            history=sampling.history(),
            last=ids[-1],
            left=sampling.max_tokens,
        )
        self._live[stream.slot] = stream
        self._reading.append(stream)
        return stream.slot

    def step(self) -> dict[int, Result]:
        """Read a piece of a prompt, if one is not read yet, and make a token for each stream whose prompt is.

        Returns:
            Slot to (token, whether it was the last); empty while all are still reading. A stream that fails by itself
            has its error in the place of a token, and no other is harmed.
        """
        results = self._read()
        if not self._rows:
            return results
        heat, draws = [0.0] * len(self._rows), [0.0] * len(self._rows)
        for stream in self._rows:
            if stream.plain and stream.sampling.temperature:
                heat[stream.row], draws[stream.row] = stream.sampling.temperature, next(stream.draws)
        found = self._step.advance_and_choose([stream.last for stream in self._rows], heat, draws)
        wanted = any(stream.wants_scores for stream in self._rows)
        scores = self._step.scores(len(self._rows)) if wanted else [None] * len(self._rows)
        return results | {stream.slot: _result(stream, scores[stream.row], *found[stream.row]) for stream in self._rows}

    def release(self, slot: int) -> None:
        """Free a slot; the last row takes the place of its row, so that live rows stay together."""
        gone = self._live.pop(slot)
        self._free.append(slot)
        if gone not in self._rows:
            self._reading = deque(stream for stream in self._reading if stream is not gone)
            return
        last = self._rows.pop()
        if last is not gone:
            self._step.move(last.row, gone.row)
            self._rows[gone.row], last.row = last, gone.row

    def _read(self) -> dict[int, Result]:
        """Read a piece of one prompt, the next in turn, and return the streams that failed by it."""
        piece: Sequence[int] = ()
        failed: dict[int, Result] = {}
        while self._reading and not piece:
            stream = self._reading.popleft()
            try:
                piece = stream.reader.read()
                stream.history = stream.history.after(*piece)
            except Exception as error:  # whatever it is, it is this stream's alone
                failed[stream.slot] = error, True
                continue
            if stream.reader.done:
                self._seat(stream)
            else:
                self._reading.append(stream)
        return failed

    def _seat(self, stream: _Stream) -> None:
        """Give a stream whose prompt is read, but for the last token, its row."""
        stream.row = len(self._rows)
        stream.history = stream.history.after(stream.last)
        self._step.start(stream.row, stream.reader.state)
        self._rows.append(stream)


@torch.inference_mode()
def _result(stream: _Stream, scores: Float[Tensor, " V"] | None, token: int, log_probability: float) -> Result:
    """Return a stream's next token, which was found already where nothing but a temperature bends its chances."""
    sampling = stream.sampling
    try:
        if scores is not None and not stream.plain:
            token, log_probability = choose(scores, sampling, stream.generator, stream.history)
        made = Made(token, log_probability, () if scores is None else likeliest(scores, sampling.alternatives))
        stream.history = stream.history.after(token)
    except Exception as error:  # whatever it is, it is this stream's alone
        return error, True
    stream.last = token
    stream.left -= 1
    return made, stream.left == 0 or token in sampling.stop
