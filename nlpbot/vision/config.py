"""Settings of an image classifier."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from nlpbot.core.kernel.config import Settings
from nlpbot.core.nn.lenet import LeNet5Shape
from nlpbot.core.training.config import TrainSettings

__all__ = ["IdxFiles", "VisionSettings"]


class IdxFiles(Settings):
    """The four files of a data set in MNIST's format, relative to the settings file or to ``--data``."""

    train_images: str = "train-images-idx3-ubyte.gz"
    train_labels: str = "train-labels-idx1-ubyte.gz"
    test_images: str = "t10k-images-idx3-ubyte.gz"
    test_labels: str = "t10k-labels-idx1-ubyte.gz"


class VisionSettings(Settings):
    """Settings of an image classifier."""

    moved: ClassVar[Mapping[str, str]] = {
        "activation": "network.activation",
        "dropout": "network.dropout",
        "filters": "network.filters",
        "kernel": "network.kernel",
        "pool": "network.pool",
        "valid_share": "valid_fraction",
    }

    data: Literal["digits", "idx"] = "digits"
    """digits: those bundled with scikit-learn; idx: files in MNIST's format."""
    folder: str = "."
    """Where the idx files lie, relative to the settings file; or the name of a set fetched by `nlpbot data get`."""
    files: IdxFiles = IdxFiles()
    """Names of the idx files."""
    model: Literal["softmax", "lenet5"] = "lenet5"
    """The network."""
    network: LeNet5Shape = LeNet5Shape()
    """The shape of lenet5."""
    shift: int = Field(0, ge=0, le=8)
    """Pixels by which training images are moved at random."""
    summed_loss: bool = False
    """Whether the loss is summed over a batch rather than averaged, as the textbook has it."""
    train: TrainSettings = TrainSettings(epochs=10)
    """How it is trained."""
    neighbours: bool = True
    """Whether nearest neighbours are fitted as a baseline, and served where they do better on images held back."""
    valid_fraction: float = Field(0.1, gt=0, lt=0.5)
    """Fraction of the training images held back to choose on, where there is a baseline to choose from."""
    seed: int = Field(0, ge=0)
    """The same seed gives the same model."""

    @model_validator(mode="after")
    def _each_has_an_effect(self) -> "VisionSettings":
        if self.model == "softmax" and self.network != LeNet5Shape():
            raise ValueError("network is the shape of lenet5; softmax has none to choose")
        return self
