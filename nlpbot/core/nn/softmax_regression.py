"""Softmax regression: a score for each label, linear in the pixels."""

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from nlpbot.core.kernel.config import Settings

__all__ = ["SoftmaxRegression", "SoftmaxRegressionConfig"]


class SoftmaxRegressionConfig(Settings):
    """The shape of a softmax regression over images."""

    pixels: int = Field(ge=1)
    """Numbers in an image: width times height times channels."""
    labels: int = Field(ge=2)
    """Labels to choose from."""


class SoftmaxRegression(nn.Module):
    """W x + b, both zero at first, as in the textbook's MNIST program."""

    def __init__(self, config: SoftmaxRegressionConfig) -> None:
        super().__init__()
        self.config = config
        self.linear = nn.Linear(config.pixels, config.labels)
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    def forward(self, images: Float[Tensor, "B C Y X"]) -> Float[Tensor, "B L"]:
        """Return the scores before softmax."""
        logits: Tensor = self.linear(torch.flatten(images, start_dim=1))
        return logits
