"""What an LSTM does with its gates at one step, in place."""

from collections.abc import Callable
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["cell_update", "gates_in_order"]


def gates_in_order(parameter: Any) -> Tensor:
    """Return the rows of an `nn.LSTM`'s weight or bias as `cell_update` wants their gates, cut off from training.

    The candidate comes last; torch has it third. So the three that switch stand together, and one sigmoid covers them.
    """
    enter, forget, candidate, leave = parameter.detach().chunk(4)  # Any: to mypy, what nn.LSTM holds may be a module
    return torch.cat([enter, forget, leave, candidate])


def cell_update(
    gates: Float[Tensor, "B G"], cell: Float[Tensor, "B H"], output: Float[Tensor, "B H"]
) -> Callable[[], None]:
    """Return what reads the gates, and writes the new cell and output, whenever it is called.

    The views of the gates are made here, once, since each costs as much as an operation of the step.

    Args:
        gates: before their non-linearities, in order; written over.
        cell: of the last step, and then of this.
        output: of this step.

    Source: Hochreiter and Schmidhuber 1997, Long short-term memory; Gers et al. 2000 (the gate that forgets).
    """
    enter, forget, leave, candidate = gates.chunk(4, dim=1)
    switches = gates[:, : 3 * cell.shape[1]]

    def update() -> None:
        switches.sigmoid_()
        candidate.tanh_()
        cell.mul_(forget).addcmul_(enter, candidate)
        torch.tanh(cell, out=output).mul_(leave)

    return update
