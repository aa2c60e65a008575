"""LeNet-5: convolution, pooling, convolution, pooling, three dense layers."""

from itertools import pairwise
from typing import Literal

import torch
from jaxtyping import Float
from pydantic import Field, PositiveInt, model_validator
from torch import Tensor, nn

from nlpbot.core.kernel.config import Settings
from nlpbot.core.nn.activations import ActivationName, activation
from nlpbot.core.nn.convolution import Convolution2d, convolved_size
from nlpbot.core.nn.pooling import average_pool2d, max_pool2d

__all__ = ["LeNet5", "LeNet5Config", "LeNet5Shape"]

POOLS = {"max": max_pool2d, "average": average_pool2d}


class LeNet5Shape(Settings):
    """The shape of a LeNet-5, whatever its images."""

    filters: tuple[PositiveInt, PositiveInt] = (6, 16)
    """Filters of the first and second convolution."""
    kernel: int = Field(5, ge=1, le=11)
    """Side of a filter, in pixels; the first convolution pads so that the size stays."""
    dense: tuple[PositiveInt, PositiveInt] = (120, 84)
    """Widths of the two dense layers before the scores."""
    activation: ActivationName = "relu"
    """After each layer but the last."""
    pool: Literal["max", "average"] = "max"
    """How regions become points."""
    dropout: float = Field(0.0, ge=0, lt=1)
    """Probability that a feature is dropped before each dense layer."""


class LeNet5Config(LeNet5Shape):
    """The shape of a LeNet-5 with that of its images."""

    side: int = Field(28, ge=8, le=256)
    """Pixels along one side of an image."""
    labels: int = Field(10, ge=2)
    """Labels to choose from."""

    def side_after_pooling(self) -> int:
        """Return the side of what the dense layers read, in points."""
        side = self.side
        for padding in (self.kernel // 2, 0):
            side = convolved_size(convolved_size(side, self.kernel, padding=padding), 2, stride=2)
        return side

    @model_validator(mode="after")
    def _something_is_left(self) -> "LeNet5Config":
        if self.side_after_pooling() < 1:
            raise ValueError(
                f"images of {self.side} pixels are too small for filters of {self.kernel}; use a smaller kernel"
            )
        return self


class LeNet5(nn.Module):
    """Scores for each label of a grey image.

    Source: LeCun et al. 1998, Gradient-based learning applied to document recognition.
    """

    def __init__(self, config: LeNet5Config) -> None:
        super().__init__()
        self.config = config
        first, second = config.filters
        self.first = Convolution2d(1, first, kernel=config.kernel, padding=config.kernel // 2)
        self.second = Convolution2d(first, second, kernel=config.kernel)
        self.activate = activation(config.activation)
        self.pool = POOLS[config.pool]
        widths = [second * config.side_after_pooling() ** 2, *config.dense]
        self.dense = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(widths))
        self.dropout = nn.Dropout(config.dropout)
        self.head = nn.Linear(widths[-1], config.labels)

    def forward(self, images: Float[Tensor, "B C Y X"]) -> Float[Tensor, "B L"]:
        """Return the scores before softmax."""
        x = self.pool(self.activate(self.first(images)), size=2)
        x = torch.flatten(self.pool(self.activate(self.second(x)), size=2), start_dim=1)
        for layer in self.dense:
            x = self.activate(layer(self.dropout(x)))
        logits: Tensor = self.head(self.dropout(x))
        return logits
