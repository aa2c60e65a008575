"""Read prompts by the network's fused kernels, a piece at a time, so that others can take their steps in between.

Where a piece ends depends on the network alone, so that what runs beside a prompt changes nothing of its reading.
"""

from collections.abc import Sequence

import torch

from nlpbot.core.nn.language_model import LanguageModel
from nlpbot.core.threads import threads

__all__ = ["PromptReader", "tokens_in_piece"]

PIECE_PRODUCTS = 1 << 28
"""Multiplications in a piece, some 30 ms of them on one core."""
PIECE_TOKENS = 512
"""In a piece at most; each costs some microseconds, however small the network."""


def tokens_in_piece(model: LanguageModel) -> int:
    """Return how many tokens are read at once."""
    products = sum(weight.numel() for weight in model.layers.parameters())
    return min(max(PIECE_PRODUCTS // products, 1), PIECE_TOKENS)


class PromptReader:
    """Reads a prompt but for its last token, which is for the step that makes the next.

    Args:
        model: in evaluation mode; floats are multiplied, whatever steps do.
        ids: at least one.
    """

    def __init__(self, model: LanguageModel, ids: Sequence[int]) -> None:
        self._model = model
        self._piece = tokens_in_piece(model)
        self._left = ids[:-1]
        self.state = model.initial_state(1)
        """Of the network, after what was read."""

    @property
    def done(self) -> bool:
        """Whether all is read."""
        return not self._left

    @torch.inference_mode()
    def read(self) -> Sequence[int]:
        """Read the next piece, and return it; it is empty where nothing is left."""
        piece, self._left = self._left[: self._piece], self._left[self._piece :]
        if piece:
            ids = torch.tensor([piece], device=self._model.head.bias.device)
            with threads(1):  # two would wait for each other at every token
                _, self.state = self._model.features(ids, self.state)
        return piece
