"""Read prompts by the network's fused kernels, a piece at a time, so that others can take their steps in between.

Where a piece ends depends on the network alone, so that what runs beside a prompt changes nothing of its reading.
"""

from collections.abc import Sequence
from contextlib import nullcontext

import torch

from nlpbot.core.kernel.threads import threads
from nlpbot.core.nn import LanguageModel, State
from nlpbot.generation.tokens import Prompt

__all__ = ["PromptReader", "checked_state", "tokens_in_piece"]

PIECE_PRODUCTS = 1 << 28
"""Multiplications in a piece, some 30 ms of them on one core."""
PIECE_TOKENS = 512
"""In a piece at most; each costs some microseconds, however small the network."""


def tokens_in_piece(model: LanguageModel) -> int:
    """Return how many tokens are read at once."""
    products = sum(weight.numel() for weight in model.layers.parameters())
    return min(max(PIECE_PRODUCTS // products, 1), PIECE_TOKENS)


def checked_state(model: LanguageModel, state: State) -> State:
    """Return an initial state on the device and in the type of a model's weights, detached.

    Args:
        model: that starts from it.
        state: for each of its layers an output and a cell, of a batch of one.

    Raises:
        ValueError: it has other layers or shapes than the model's, or numbers that aren't finite.
    """
    shape, weights = (1, model.config.hidden), model.head.bias
    parts = [part for layer in state for part in layer]
    shapes = [tuple(part.shape) for part in parts]
    if len(state) != len(model.layers) or shapes != [shape] * 2 * len(state):
        raise ValueError(
            f"initial state of {len(state)} layers, shapes {shapes}; {len(model.layers)} layers of an output "
            f"and a cell of shape {shape} each expected"
        )
    if not all(part.is_floating_point() and bool(part.isfinite().all()) for part in parts):
        raise ValueError("initial state with numbers that are not finite floats; finite floats expected")
    return [(output.detach().to(weights), cell.detach().to(weights)) for output, cell in state]


class PromptReader:
    """Reads a prompt but for its last token, which is for the step that generates the next.

    Args:
        model: in evaluation mode; floats are multiplied, whatever steps do.
        prompt: of at least one token.

    Raises:
        ValueError: the prompt's state doesn't fit the model.
    """

    def __init__(self, model: LanguageModel, prompt: Prompt) -> None:
        self._model = model
        self._piece = tokens_in_piece(model)
        self._left = prompt.ids[:-1]
        self.state = model.initial_state(1) if prompt.state is None else checked_state(model, prompt.state)
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
            on_cpu = self._model.head.bias.device.type == "cpu"
            with threads(1) if on_cpu else nullcontext():  # two would wait for each other at every token
                _, self.state = self._model.features(ids, self.state)
        return piece
