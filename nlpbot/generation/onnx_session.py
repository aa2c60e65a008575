"""What runs graphs: sessions of ONNX Runtime, and whether their 8-bit products are exact on this processor."""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from numpy import ndarray

from nlpbot.generation.onnx_graph import STEPS, product_graph

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read at import; official builds report to their maker
import onnxruntime

__all__ = ["Session", "Start", "adds_exactly", "start_session"]

ERROR = 3
"""Least severity of what ONNX Runtime logs."""
PROBE_ROWS, PROBE_OUTPUTS, PROBE_INPUTS = 8, 65, 67
"""Of the product that is checked: more than a kernel's block of each, and odd ones."""


@runtime_checkable
class Session(Protocol):
    """What runs a graph."""

    def run(self, outputs: Sequence[str] | None, inputs: Mapping[str, ndarray]) -> list[ndarray]:
        """Return some of what the graph gives, or all of it."""


Start = Callable[[bytes, int], Session]
"""From a graph and a number of threads to what runs it."""


def start_session(graph: bytes, thread_count: int) -> Session:
    """Return what runs a graph on so many threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = thread_count, 1
    options.log_severity_level = ERROR
    # Without VNNI, x86 adds unsigned times signed products in 16 bits, which overflow; with this both are unsigned.
    options.add_session_config_entry("session.x64quantprecision", "1")
    session: Session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    return session


@cache
def adds_exactly(start: Start = start_session) -> bool:
    """Return whether 8-bit products are exact on this processor, for one row and for several; logs it if they aren't.

    Args:
        start: makes the session that is checked.
    """
    random = np.random.default_rng(0)
    weight = random.integers(-STEPS, STEPS, (PROBE_OUTPUTS, PROBE_INPUTS), endpoint=True)
    rows = random.integers(-STEPS, STEPS, (PROBE_ROWS, PROBE_INPUTS), endpoint=True)
    weight[:, 0] = rows[:, 0] = STEPS  # so that all scales are 1
    session = start(product_graph(torch.from_numpy(weight).float(), "int8"), 1)
    for x in (rows[:1], rows):
        (found,) = session.run(None, {"x": x.astype(np.float32)})
        if not np.allclose(found, x @ weight.T, rtol=0, atol=0.5):
            logging.getLogger(__name__).warning("8-bit products are not exact on this processor; floats are multiplied")
            return False
    return True
