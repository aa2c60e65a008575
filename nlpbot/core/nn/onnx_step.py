"""One time step of a language model for many texts at once, on the CPU, run by ONNX Runtime.

A call into torch costs some microseconds, and a step of an LSTM takes about twenty; here it is one call in all.
"""

import os
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from nlpbot.core.nn.language_model import LanguageModel
from nlpbot.core.nn.onnx_graph import STEPS, product_graph, step_graph
from nlpbot.core.nn.sampling import COLDEST

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read at import; official builds report to their maker
import onnxruntime

__all__ = ["OnnxStep", "start_session"]

ERROR = 3
"""Least severity of what ONNX Runtime logs."""
SCORE, DONT_SCORE = np.array(True), np.array(False)
LIKELIEST = -1.0
"""A draw that takes the likeliest token."""
PROBE = 64
"""Numbers in a row of the product that tells whether the processor adds whole numbers without overflow."""


class OnnxStep:
    """The states of many texts, a row each, and the step that they go together, on as many threads as torch has.

    Args:
        model: on the CPU; put into evaluation mode; its weights are copied.
        rows: texts there is room for.
        int8: whether weights are multiplied in 8 bits, a quarter of the memory to read for each step.
    """

    def __init__(self, model: LanguageModel, *, rows: int, int8: bool = False) -> None:
        model.eval()
        self._graph = step_graph(model, ("int8" if _adds_exactly() else "rounded") if int8 else "float32")
        self._sessions: dict[int, onnxruntime.InferenceSession] = {}
        self._outputs, self._cells = np.zeros((2, rows, len(model.layers) * model.config.hidden), dtype=np.float32)
        self._scores = np.zeros((0, model.config.vocabulary), dtype=np.float32)

    def advance(self, tokens: Sequence[int], *, score: bool = True) -> None:
        """Read a token in each of the first rows, from row 0 on."""
        rows = np.ones((2, len(tokens), 1), dtype=np.float32)
        self._run(tokens, SCORE if score else DONT_SCORE, rows[0], rows[1])

    def advance_and_choose(
        self, tokens: Sequence[int], temperatures: Sequence[float], draws: Sequence[float]
    ) -> list[tuple[int, float]]:
        """Read a token in each of the first rows, and choose the next of each as `choose_plainly` does."""
        cold = [temperature < COLDEST for temperature in temperatures]
        heat = [1.0 if off else temperature for temperature, off in zip(temperatures, cold, strict=True)]
        goals = [LIKELIEST if off else draw for draw, off in zip(draws, cold, strict=True)]
        heat_and_goals = np.array([heat, goals], dtype=np.float32)[:, :, None]
        chosen, chances = self._run(tokens, SCORE, *heat_and_goals)
        return list(zip(chosen[:, 0].tolist(), chances[:, 0].tolist(), strict=True))

    def scores(self, count: int) -> Float[Tensor, "B V"]:
        """Return the scores of the next token in the first rows, as the last step found them."""
        return torch.from_numpy(self._scores[:count])

    def _run(self, tokens: Sequence[int], score: ndarray, temperatures: ndarray, draws: ndarray) -> tuple[Any, Any]:
        """Go a step, and return the tokens chosen and their log-probabilities, of shape (rows, 1) each."""
        count = torch.get_num_threads()
        session = self._sessions.get(count) or self._sessions.setdefault(count, start_session(self._graph, count))
        outputs, cells = self._outputs[: len(tokens)], self._cells[: len(tokens)]
        states = {"tokens": np.array(tokens), "outputs": outputs, "cells": cells}
        choice = {"score": score, "temperatures": temperatures, "draws": draws}
        outputs[:], cells[:], self._scores, chosen, chances = session.run(None, states | choice)
        return chosen, chances

    def clear(self, row: int) -> None:
        """Forget all that a row has read."""
        self._outputs[row] = self._cells[row] = 0

    def move(self, source: int, target: int) -> None:
        """Put what one row has read into the place of another."""
        self._outputs[target], self._cells[target] = self._outputs[source], self._cells[source]

    def reorder(self, sources: Sequence[int]) -> None:
        """Put what some rows have read, which may come twice, into the first rows in that order."""
        rows, count = list(sources), len(sources)
        self._outputs[:count], self._cells[:count] = self._outputs[rows], self._cells[rows]


def start_session(graph: bytes, thread_count: int) -> onnxruntime.InferenceSession:
    """Return what runs a graph on so many threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = thread_count, 1
    options.log_severity_level = ERROR
    # A thread that waits is put to sleep; spinning, it would take the core from whoever computes beside.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


@cache
def _adds_exactly() -> bool:
    """Return whether sums hold at the largest numbers; x86 processors before VNNI add two products in 16 bits."""
    weight = torch.ones(PROBE, PROBE)
    x = np.full((2, PROBE), float(STEPS), dtype=np.float32)
    x[1] *= -1
    (found,) = start_session(product_graph(weight, "int8"), 1).run(None, {"x": x})
    return np.allclose(found, x.sum(axis=1, keepdims=True), rtol=1e-4)
