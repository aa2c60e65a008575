"""What an LSTM does with its gates at one step, in place."""

from collections.abc import Callable
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["cell_update", "gates_in_order"]


def gates_in_order(parameter: Any) -> Tensor:
    """Return the rows of an `nn.LSTM`'s weight or bias in the order input, forget, output, candidate, detached.

    The candidate comes last (torch has it third), so that one sigmoid covers the three gates, which stand together.
    """
    # The parameter is Any since, to mypy, an attribute of nn.LSTM may be a module.
    input_gate, forget_gate, candidate, output_gate = parameter.detach().chunk(4)
    return torch.cat([input_gate, forget_gate, output_gate, candidate])


def cell_update(
    gates: Float[Tensor, "B G"], cell: Float[Tensor, "B H"], output: Float[Tensor, "B H"]
) -> Callable[[], None]:
    """Return what reads the gates, and writes the new cell and output, whenever it is called.

    The views of the gates are made here, once, since each costs as much as an operation of the step.

    Args:
        gates: before their non-linearities, in order; written over.
        cell: of the last step, and then of this.
        output: of this step.

    Source: Hochreiter and Schmidhuber 1997, Long short-term memory; Gers et al. 2000 (the forget gate).
    """
    input_gate, forget_gate, output_gate, candidate = gates.chunk(4, dim=1)
    sigmoid_gates = gates[:, : 3 * cell.shape[1]]

    def update() -> None:
        sigmoid_gates.sigmoid_()
        candidate.tanh_()
        cell.mul_(forget_gate).addcmul_(input_gate, candidate)
        torch.tanh(cell, out=output).mul_(output_gate)

    return update
