"""The step in torch as CUDA graphs: all its kernels in one launch, captured once for each number of rows.

At small batches a GPU is done with a kernel before the host has launched the next one; replaying a graph leaves one
launch a step. A graph's shapes are fixed, so rows are rounded up to a bucket: 1, 2, 4, … up to all rows.
"""

from collections.abc import Callable

import torch

from nlpbot.core.nn import LanguageModel
from nlpbot.generation.decoding import DecodingName
from nlpbot.generation.torch_step import TorchStep

__all__ = ["Capture", "CudaGraphCapture", "CudaGraphStep", "Launch", "bucket_of"]

Launch = Callable[[], None]
"""Launches kernels that read and write fixed memory."""
Capture = Callable[[Launch], Launch]
"""From what launches some kernels, which it may do a few times to warm up, to what launches the same ones again."""

WARM_UPS = 3
"""Runs before a capture, in which libraries set themselves up; PyTorch's documentation takes as many."""


def bucket_of(count: int, rows: int) -> int:
    """Return the least power of two that holds `count` rows, or all `rows` where that is less."""
    return min(1 << (count - 1).bit_length(), rows)


class CudaGraphCapture:
    """Captures launches as CUDA graphs, which share the memory of their intermediate results.

    They may share it since they run one after the other and nothing that outlives a run lies there.

    Source: PyTorch documentation, CUDA semantics: CUDA graphs (warm-up on a side stream, private pools).
    """

    def __init__(self) -> None:
        self._pool = torch.cuda.graph_pool_handle()

    def __call__(self, launch: Launch) -> Launch:
        """Return what replays the kernels of a launch."""
        stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(WARM_UPS):
                launch()
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, pool=self._pool):
            launch()
        return graph.replay


class CudaGraphStep(TorchStep):
    """The states of many texts, a row each, advanced together by CUDA graphs; see `RecurrentStep`.

    The first step of a bucket captures it, which takes some milliseconds, while no other thread may use the device.

    Args:
        model: on a CUDA device; put into evaluation mode; its weights are copied.
        rows: texts at most.
        decoding: the floats of weights and outputs, float32 in the place of int8.
        capture: captures launches; by default as CUDA graphs.
    """

    def __init__(
        self, model: LanguageModel, *, rows: int, decoding: DecodingName = "float32", capture: Capture | None = None
    ) -> None:
        super().__init__(model, rows=rows, decoding=decoding)
        self._rows = rows
        self._capture = CudaGraphCapture() if capture is None else capture
        self._graphs: dict[tuple[int, bool], Launch] = {}

    def _compute(self, count: int, *, sample: bool) -> None:
        key = bucket_of(count, self._rows), sample
        graph = self._graphs.get(key) or self._graphs.setdefault(key, self._captured(*key))
        graph()

    def _captured(self, bucket: int, sample: bool) -> Launch:
        """Return the graph of a step; warming up advances the rows, so their states are put back."""
        outputs, cells = self._outputs.clone(), self._cells.clone()
        compute = super()._compute
        graph = self._capture(lambda: compute(bucket, sample=sample))
        self._outputs.copy_(outputs)
        self._cells.copy_(cells)
        return graph
