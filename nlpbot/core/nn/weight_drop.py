"""An LSTM layer whose weights between time steps are dropped while training, at the speed of the fused kernel."""

import warnings

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ["WeightDropLSTM"]

Carried = tuple[Float[Tensor, "1 B H"], Float[Tensor, "1 B H"]]


class WeightDropLSTM(nn.LSTM):
    """One LSTM layer, batch first; its parameters have the names that `nn.LSTM` gives them.

    The same weights are dropped at all time steps, once a forward pass, so the kernel that runs over the whole
    sequence stays in use; dropping states instead would need a step at a time.

    Args:
        inputs: numbers in an input vector.
        hidden: numbers in the state.
        weight_drop: fraction of the weights from state to state that are dropped, 0 to 1.

    Source: Merity et al. 2018, Regularizing and optimizing LSTM language models.
    """

    def __init__(self, inputs: int, hidden: int, *, weight_drop: float = 0.0) -> None:
        super().__init__(inputs, hidden, batch_first=True)
        self.weight_drop = weight_drop

    def forward(self, x: Float[Tensor, "B T E"], state: Carried) -> tuple[Float[Tensor, "B T H"], Carried]:  # type: ignore[override]  # a state is always given
        """Return the output after each step, and the state after the last."""
        if not self.training or self.weight_drop == 0:
            output, carried = super().forward(x, state)
            return output, carried
        into, across, *biases = self.all_weights[0]
        weights = [into, F.dropout(across, self.weight_drop), *biases]
        with warnings.catch_warnings():
            # cuDNN wants its weights in one piece; the dropped ones are new each time, so it packs them each time.
            warnings.filterwarnings("ignore", message="RNN module weights are not part of single contiguous chunk")
            output, h, c = torch.lstm(x, state, weights, True, 1, 0.0, True, False, True)
        return output, (h, c)
