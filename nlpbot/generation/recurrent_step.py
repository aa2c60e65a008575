"""One time step of a language model for many texts at once: the protocol, and the implementation for a device."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from jaxtyping import Float
from torch import Tensor

from nlpbot.core.nn import LanguageModel, State
from nlpbot.generation.cuda_graph_step import CudaGraphStep
from nlpbot.generation.decoding import DecodingName
from nlpbot.generation.onnx_step import OnnxStep
from nlpbot.generation.torch_step import TorchStep

__all__ = ["RecurrentStep", "quickest_step"]


@runtime_checkable
class RecurrentStep(Protocol):
    """The states of many texts, a row each, advanced together; those beyond the rows of a step may be lost by it."""

    decoding: DecodingName
    """How the weights are multiplied."""

    def advance(self, tokens: Sequence[int]) -> None:
        """Read a token in each of the first rows, from row 0 on."""

    def advance_and_choose(
        self, tokens: Sequence[int], temperatures: Sequence[float], draws: Sequence[float]
    ) -> list[tuple[int, float]]:
        """Read a token in each of the first rows, and return the next of each with its log-probability.

        Args:
            tokens: read, one a row.
            temperatures: one a row; see `sampled_rows`.
            draws: likewise.
        """

    def scores(self, count: int) -> Float[Tensor, "B V"]:
        """Return the scores that the last step found, on the CPU; the next step may write over them.

        Args:
            count: rows that took that step.
        """

    def start(self, row: int, state: State) -> None:
        """Put a state into a row: of a model that has read a text, or of an encoder.

        Args:
            row: its state so far is forgotten.
            state: of a batch of one.
        """

    def move(self, source: int, target: int) -> None:
        """Copy one row's state over another's."""

    def reorder(self, sources: Sequence[int]) -> None:
        """Put the states of some rows, which may come twice, into the first rows in that order."""


def quickest_step(
    model: LanguageModel,
    *,
    rows: int,
    decoding: DecodingName = "float32",
    thread_count: int | None = None,
    cuda_graphs: bool = False,
) -> RecurrentStep:
    """Return the quickest step for the device that a model is on.

    Args:
        model: put into evaluation mode; its weights are copied, so later training does not reach the step.
        rows: texts at most.
        decoding: how the weights are multiplied, where the device can; CPUs take float32 or, where that is exact,
            int8, other devices floats.
        thread_count: for a step on the CPU; by default up to torch's number, by how much a step multiplies.
        cuda_graphs: whether a CUDA device runs a step as one graph; other devices don't heed it.
    """
    device = model.head.bias.device.type
    if device == "cpu":
        return OnnxStep(model, rows=rows, int8=decoding == "int8", thread_count=thread_count)
    if device == "cuda" and cuda_graphs:
        return CudaGraphStep(model, rows=rows, decoding=decoding)
    return TorchStep(model, rows=rows, decoding=decoding)
