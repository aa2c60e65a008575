"""Attention that pools: which tokens of a text matter is learned."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

__all__ = ["AttentionPooling"]


class AttentionPooling(nn.Module):
    """A weighted mean over the tokens of a text, the weights from a small network.

    Args:
        size: numbers in a token's vector.
        hidden: width of the small network.

    Source: Bahdanau et al. 2015, Neural machine translation by jointly learning to align and translate; Yang et al.
    2016, Hierarchical attention networks for document classification.
    """

    def __init__(self, size: int, hidden: int = 64) -> None:
        super().__init__()
        self.project = nn.Linear(size, hidden)
        self.score = nn.Linear(hidden, 1, bias=False)

    def weights(self, x: Float[Tensor, "B T H"], mask: Bool[Tensor, "B T"]) -> Float[Tensor, "B T"]:
        """Return the weight of each token: they sum to 1 over a text, and padding has none."""
        scores: Tensor = self.score(torch.tanh(self.project(x))).squeeze(-1)
        return scores.masked_fill(~mask, torch.finfo(scores.dtype).min).softmax(dim=1)

    def forward(self, x: Float[Tensor, "B T H"], mask: Bool[Tensor, "B T"]) -> Float[Tensor, "B H"]:
        """Return one vector a text."""
        return torch.einsum("bt,bth->bh", self.weights(x, mask), x)
