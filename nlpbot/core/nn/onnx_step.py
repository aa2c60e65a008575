"""One time step of a language model for many texts at once, on the CPU, run by ONNX Runtime.

A call into torch costs some microseconds, and a step of an LSTM takes about twenty; here it is two calls in all.
"""

import os
from collections.abc import Sequence
from functools import cache

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from nlpbot.core.nn.language_model import LanguageModel
from nlpbot.core.nn.onnx_graph import STEPS, ArithmeticName, head_graph, product_graph, step_graph

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read at import; official builds report to their maker
import onnxruntime

__all__ = ["OnnxStep", "start_session"]

ERROR = 3
"""Least severity of what ONNX Runtime logs."""
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
        arithmetic: ArithmeticName = ("int8" if _adds_exactly() else "rounded") if int8 else "float32"
        self._graphs = step_graph(model, arithmetic), head_graph(model, arithmetic)
        self._sessions: dict[int, list[onnxruntime.InferenceSession]] = {}
        self._hidden = model.config.hidden
        self._outputs, self._cells = np.zeros((2, rows, len(model.layers) * self._hidden), dtype=np.float32)

    def advance(self, tokens: Sequence[int]) -> None:
        """Read a token in each of the first rows, from row 0 on."""
        outputs, cells = self._outputs[: len(tokens)], self._cells[: len(tokens)]
        feed = {"tokens": np.array(tokens), "outputs": outputs, "cells": cells}
        outputs[:], cells[:] = self._session(0).run(None, feed)

    def scores(self, count: int) -> Float[Tensor, "B V"]:
        """Return the scores of the next token in the first rows."""
        (scores,) = self._session(1).run(None, {"output": self._outputs[:count, -self._hidden :]})
        return torch.from_numpy(scores)

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

    def _session(self, graph: int) -> onnxruntime.InferenceSession:
        count = torch.get_num_threads()
        if count not in self._sessions:
            self._sessions[count] = [start_session(written, count) for written in self._graphs]
        return self._sessions[count][graph]


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
