"""Words as vectors: from scratch, or from vectors trained before."""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor, nn

__all__ = ["Embedding"]


class Embedding(nn.Module):
    """A vector for each token.

    Args:
        size: tokens in the vocabulary.
        dim: numbers in a vector.
        pad_id: the token whose vector is zero and stays so, or None.
        dropout: probability that a token of the vocabulary is dropped whole while training.

    Source: Gal and Ghahramani 2016 (dropping words rather than numbers).
    """

    def __init__(self, size: int, dim: int, *, pad_id: int | None = None, dropout: float = 0.0) -> None:
        super().__init__()
        self.dropout = dropout
        self.table = nn.Embedding(size, dim, padding_idx=pad_id)
        nn.init.normal_(self.table.weight, std=dim**-0.5)
        if pad_id is not None:
            with torch.no_grad():
                self.table.weight[pad_id].zero_()

    def start_from(self, vectors: Float[ndarray, "V E"], known: Sequence[bool]) -> None:
        """Replace the initial vectors by some trained before, such as Word2Vec's, scaled to the spread of this table.

        Args:
            vectors: one a token.
            known: whether a token has one; the others, and padding, keep what they have.

        Source: Mu and Viswanath 2018, All-but-the-top (taking away the mean).
        """
        rows = torch.tensor(known)
        if self.table.padding_idx is not None:
            rows[self.table.padding_idx] = False
        if not rows.any():
            return
        given = torch.from_numpy(vectors)[rows]
        given = given - given.mean(dim=0)  # what all words share, much of it where text was scarce
        with torch.no_grad():
            self.table.weight[rows] = given * (self.table.embedding_dim**-0.5 / given.std().clamp(min=1e-9))

    def forward(self, ids: Int[Tensor, "B T"]) -> Float[Tensor, "B T E"]:
        """Return the vectors of tokens."""
        vectors: Tensor = self.table(ids)
        if not self.training or self.dropout == 0:
            return vectors
        keep = 1 - self.dropout
        mask = torch.empty(self.table.num_embeddings, device=ids.device).bernoulli_(keep) / keep
        return vectors * mask[ids].unsqueeze(-1)
