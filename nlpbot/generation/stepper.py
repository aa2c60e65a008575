"""Generate text step by step, a token for every live stream at once.

Streams join and leave between steps. Before each step a piece of one unread prompt is read, the prompts taking turns;
so a long prompt delays no other stream.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from nlpbot.core.nn import LanguageModel
from nlpbot.generation.decoding import DecodingName
from nlpbot.generation.prompt_reading import PromptReader
from nlpbot.generation.recurrent_step import quickest_step
from nlpbot.generation.repetition import History
from nlpbot.generation.sampling import Sampling, choose, likeliest
from nlpbot.generation.temperature_sampling import is_temperature_only, uniform_draws
from nlpbot.generation.tokens import GeneratedToken, Prompt

__all__ = ["LanguageModelStepper"]

Result = tuple[GeneratedToken | Exception, bool]
"""The token that a stream generated, or the error by which it failed; and whether it was the last."""


@dataclass(slots=True, eq=False)
class _Stream:
    slot: int
    sampling: Sampling
    temperature_only: bool
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
    def needs_scores(self) -> bool:
        """Whether choosing its next token takes more than a draw by temperature."""
        return not self.temperature_only or self.sampling.alternatives > 0


class LanguageModelStepper:
    """Generates at most one token for each live stream a step.

    Args:
        model: put into evaluation mode; its weights are copied, so later training does not reach the stepper.
        slots: streams that can live at once.
        decoding: how the weights are multiplied.
        thread_count: for a step; see `quickest_step`.
        cuda_graphs: likewise.

    Source: Gao et al. 2018, Low latency RNN inference with cellular batching (BatchMaker).
    """

    def __init__(
        self,
        model: LanguageModel,
        *,
        slots: int = 32,
        decoding: DecodingName = "float32",
        thread_count: int | None = None,
        cuda_graphs: bool = False,
    ) -> None:
        self._model = model
        self._step = quickest_step(
            model, rows=slots, decoding=decoding, thread_count=thread_count, cuda_graphs=cuda_graphs
        )
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
            ValueError: the prompt is empty, or its state doesn't fit the model.
            IndexError: a token is none of the vocabulary's, or no slot is free.
        """
        ids, sampling, vocabulary = prompt.ids, prompt.sampling, self._model.config.vocabulary
        if not ids:
            raise ValueError("empty prompt; at least one token expected")
        if min(ids) < 0 or max(ids) >= vocabulary:
            raise IndexError(f"tokens from {min(ids)} to {max(ids)}; 0 to {vocabulary - 1} expected")
        reader = PromptReader(self._model, prompt)  # refused before a slot is taken
        stream = _Stream(
            slot=self._free.pop(),
            sampling=sampling,
            temperature_only=is_temperature_only(sampling),
            draws=uniform_draws(sampling.seed),
            generator=torch.Generator().manual_seed(sampling.seed),
            reader=reader,
            history=sampling.history(),
            last=ids[-1],
            left=sampling.max_tokens,
        )
        self._live[stream.slot] = stream
        self._reading.append(stream)
        return stream.slot

    def step(self) -> dict[int, Result]:
        """Read a piece of an unread prompt, if any, and generate a token for each stream whose prompt is read.

        Returns:
            Slot to (token, whether it was the last); empty while all are still reading. A stream that fails by itself
            has its error in the place of a token, and no other is harmed.
        """
        results = self._read()
        if not self._rows:
            return results
        temperatures, draws = [0.0] * len(self._rows), [0.0] * len(self._rows)
        for stream in self._rows:
            if stream.temperature_only and stream.sampling.temperature:
                temperatures[stream.row], draws[stream.row] = stream.sampling.temperature, next(stream.draws)
        found = self._step.advance_and_choose([stream.last for stream in self._rows], temperatures, draws)
        needed = any(stream.needs_scores for stream in self._rows)
        scores = self._step.scores(len(self._rows)) if needed else [None] * len(self._rows)
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
                self._assign_row(stream)
            else:
                self._reading.append(stream)
        return failed

    def _assign_row(self, stream: _Stream) -> None:
        """Give a stream whose prompt is read, but for the last token, its row."""
        stream.row = len(self._rows)
        stream.history = stream.history.after(stream.last)
        self._step.start(stream.row, stream.reader.state)
        self._rows.append(stream)


@torch.inference_mode()
def _result(stream: _Stream, scores: Float[Tensor, " V"] | None, token: int, log_probability: float) -> Result:
    """Return a stream's next token, which the step itself has drawn where only a temperature is set."""
    sampling = stream.sampling
    try:
        if scores is not None and not stream.temperature_only:
            token, log_probability = choose(scores, sampling, stream.generator, stream.history)
        alternatives = () if scores is None else likeliest(scores, sampling.alternatives)
        stream.history = stream.history.after(token)
    except Exception as error:  # whatever it is, it is this stream's alone
        return error, True
    stream.last = token
    stream.left -= 1
    return GeneratedToken(token, log_probability, alternatives), stream.left == 0 or token in sampling.stop
