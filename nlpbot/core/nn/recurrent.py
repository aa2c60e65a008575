"""An LSTM over padded sequences, in one or both directions, in which padding changes nothing."""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

__all__ = ["LSTMEncoder", "length_mask", "reverse_by_length"]


def length_mask(lengths: Int[Tensor, " B"], steps: int) -> Bool[Tensor, "B T"]:
    """Return where a sequence goes on: True before its length, False on padding."""
    return torch.arange(steps, device=lengths.device)[None, :] < lengths[:, None]


def reverse_by_length(x: Float[Tensor, "B T H"], lengths: Int[Tensor, " B"]) -> Float[Tensor, "B T H"]:
    """Return each sequence back to front, its padding left where it is."""
    positions = torch.arange(x.shape[1], device=x.device)[None, :]
    flipped = lengths[:, None] - 1 - positions
    source = torch.where(flipped >= 0, flipped, positions)
    return x.gather(1, source[:, :, None].expand_as(x))


class LSTMEncoder(nn.Module):
    """A stack of LSTM layers that returns a vector for each token.

    The backward direction is a forward LSTM over sequences turned around by their own lengths. So padding is never
    read before a token, no packing is needed, and oneDNN's fused kernels stay in use.

    Args:
        inputs: numbers in an input vector.
        hidden: numbers in the state of one direction.
        layers: how many are stacked.
        bidirectional: whether sequences are read both ways.
        dropout: fraction of numbers dropped between layers while training.

    Source: Hochreiter and Schmidhuber 1997; Schuster and Paliwal 1997 (both directions).
    """

    def __init__(
        self, inputs: int, hidden: int, *, layers: int = 1, bidirectional: bool = False, dropout: float = 0.0
    ) -> None:
        super().__init__()
        directions = 2 if bidirectional else 1
        self.size = hidden * directions
        widths = [inputs, *[self.size] * (layers - 1)]
        self.forwards = nn.ModuleList(nn.LSTM(width, hidden, batch_first=True) for width in widths)
        self.backwards = nn.ModuleList(nn.LSTM(width, hidden, batch_first=True) for width in widths if bidirectional)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Float[Tensor, "B T E"], lengths: Int[Tensor, " B"]) -> Float[Tensor, "B T H"]:
        """Return the state after each token; what stands on padding means nothing."""
        for index, layer in enumerate(self.forwards):
            if index:
                x = self.dropout(x)
            out: Tensor = layer(x)[0]
            if self.backwards:
                turned: Tensor = self.backwards[index](reverse_by_length(x, lengths))[0]
                out = torch.cat([out, reverse_by_length(turned, lengths)], dim=-1)
            x = out
        return x
