"""One time step of a language model for many texts at once, on the CPU, run by ONNX Runtime.

A call into torch costs some microseconds, and a step of an LSTM takes about twenty; here it is one call in all.
"""

import math
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from nlpbot.core.kernel.threads import cores
from nlpbot.core.nn import LanguageModel, State
from nlpbot.generation.decoding import DecodingName
from nlpbot.generation.onnx_graph import step_graph
from nlpbot.generation.onnx_session import Session, adds_exactly, start_session
from nlpbot.generation.sampling import MIN_TEMPERATURE

__all__ = ["OnnxStep"]

THREAD_PRODUCTS = 1 << 28
"""Multiplications in a step, some milliseconds of them, for which one more thread is worth waking."""
THREAD_BYTES = 2 << 20
"""Of weights for which it is, too: what the cache of a core holds; each further core brings its own."""
BOOLEANS = np.array(False), np.array(True)
RESULTS = ["next_outputs", "next_cells", "scores", "chosen", "log_probabilities"]
LIKELIEST = -1.0
"""A draw that takes the likeliest token."""


class OnnxStep:
    """The states of many texts, a row each, advanced together; see `RecurrentStep`.

    Args:
        model: on the CPU; put into evaluation mode; its weights are copied.
        rows: texts at most.
        int8: whether weights are multiplied in 8 bits, a quarter of the memory to read for each step; on a processor
            that can't add such products exactly, floats are.
        thread_count: for a step; by default as many as pay, up to the cores there are.
    """

    def __init__(self, model: LanguageModel, *, rows: int, int8: bool = False, thread_count: int | None = None) -> None:
        model.eval()
        self.decoding: DecodingName = "int8" if int8 and adds_exactly() else "float32"
        """How weights are multiplied."""
        self._graph = step_graph(model, self.decoding)
        self._weights = sum(weight.numel() for part in (model.layers, model.head) for weight in part.parameters())
        self._weight_bytes = self._weights * (1 if self.decoding == "int8" else 4)
        self._thread_count = thread_count
        self._sessions: dict[int, Session] = {}
        self._outputs, self._cells = np.zeros((2, rows, len(model.layers) * model.config.hidden), dtype=np.float32)
        self._tokens = np.zeros(rows, dtype=np.int64)
        self._temperatures, self._draws = np.ones((2, rows, 1), dtype=np.float32)
        self._scores = np.zeros((0, model.config.vocabulary), dtype=np.float32)
        self._feeds: dict[int, dict[str, ndarray]] = {}

    def advance(self, tokens: Sequence[int]) -> None:
        """Read a token in each of the first rows, from row 0 on."""
        self._run(tokens)

    def advance_and_choose(
        self, tokens: Sequence[int], temperatures: Sequence[float], draws: Sequence[float]
    ) -> list[tuple[int, float]]:
        """Read a token in each of the first rows, and choose the next of each as `sampled_rows` does."""
        any_sampled = False
        for row, (temperature, draw) in enumerate(zip(temperatures, draws, strict=True)):
            sampled = temperature >= MIN_TEMPERATURE
            self._temperatures[row], self._draws[row] = (temperature, draw) if sampled else (1.0, LIKELIEST)
            any_sampled = any_sampled or sampled
        chosen, log_probabilities = self._run(tokens, sample=any_sampled)
        return list(zip(chosen.ravel().tolist(), log_probabilities.ravel().tolist(), strict=True))

    def scores(self, count: int) -> Float[Tensor, "B V"]:
        """Return the scores of the next token in the first rows, as the last step found them."""
        return torch.from_numpy(self._scores[:count])

    def _run(self, tokens: Sequence[int], *, sample: bool = False) -> tuple[ndarray, ndarray]:
        """Take a step, and return the tokens chosen and their log-probabilities, of shape (rows, 1) each."""
        count = len(tokens)
        threads = self._thread_count or self._threads_that_pay(count)
        session = self._sessions.get(threads) or self._sessions.setdefault(threads, start_session(self._graph, threads))
        feed = self._feeds.get(count) or self._feeds.setdefault(count, self._feed(count))
        feed["tokens"][:], feed["sample"] = tokens, BOOLEANS[sample]
        feed["outputs"][:], feed["cells"][:], self._scores, chosen, log_probabilities = session.run(RESULTS, feed)
        return chosen, log_probabilities

    def _threads_that_pay(self, rows: int) -> int:
        worth = max(self._weights * rows / THREAD_PRODUCTS, self._weight_bytes / THREAD_BYTES)
        return min(math.ceil(worth), cores()) if worth > 1 else 1

    def _feed(self, count: int) -> dict[str, ndarray]:
        """Return what the graph reads for so many rows; made once, since each view costs as much as an operation."""
        names = ("tokens", "outputs", "cells", "temperatures", "draws")
        return {name: getattr(self, f"_{name}")[:count] for name in names}

    def start(self, row: int, state: State) -> None:
        """Put a state, of a batch of one, into a row."""
        outputs, cells = zip(*state, strict=True)
        self._outputs[row], self._cells[row] = torch.cat(outputs, dim=1).numpy(), torch.cat(cells, dim=1).numpy()

    def move(self, source: int, target: int) -> None:
        """Copy one row's state over another's."""
        self._outputs[target], self._cells[target] = self._outputs[source], self._cells[source]

    def reorder(self, sources: Sequence[int]) -> None:
        """Put the states of some rows, which may come twice, into the first rows in that order."""
        rows, count = list(sources), len(sources)
        self._outputs[:count], self._cells[:count] = self._outputs[rows], self._cells[rows]
