"""The moving average of a model's weights, which does better than the weights of any one step."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

__all__ = ["MovingAverage"]

YOUNG = 10
"""The first averages reach back a tenth of the steps, since the initial weights are worth nothing."""


class MovingAverage:
    """The exponential moving average of the weights of a model.

    Args:
        model: whose weights are averaged; `update` after each of its steps.
        decay: fraction of the average that a step leaves, 0 to 1; .999 reaches back about a thousand steps.

    Source: Polyak and Juditsky 1992, Acceleration of stochastic approximation by averaging.
    """

    def __init__(self, model: nn.Module, *, decay: float) -> None:
        self._model = model
        self._decay = decay
        self._weights = {name: value.detach().clone() for name, value in model.named_parameters()}

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Take in the weights after a step, counted from 1."""
        weight = 1 - min(self._decay, (1 + step) / (YOUNG + step))
        now = [value.detach() for _, value in self._model.named_parameters()]
        torch._foreach_lerp_(list(self._weights.values()), now, weight)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Run a block with the average in the model's place; after it the model has its own weights again."""
        own = {name: value.detach().clone() for name, value in self._model.named_parameters()}
        self.apply()
        try:
            yield
        finally:
            self._copy_into_model(own)

    def apply(self) -> None:
        """Put the average in the model's place for good."""
        self._copy_into_model(self._weights)

    @torch.no_grad()
    def _copy_into_model(self, weights: dict[str, Tensor]) -> None:
        for name, value in self._model.named_parameters():
            value.copy_(weights[name])

    def tensors(self) -> dict[str, Tensor]:
        """Return the averages, for a checkpoint."""
        return self._weights

    def load(self, tensors: dict[str, Tensor]) -> None:
        """Go on from a checkpoint."""
        for name, value in self._weights.items():
            value.copy_(tensors[name])
