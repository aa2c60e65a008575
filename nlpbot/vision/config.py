"""Settings of an image classifier."""

from typing import Literal

from pydantic import Field, PositiveInt

from nlpbot.core.config import Settings
from nlpbot.core.nn.activations import ActivationName
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

    data: Literal["digits", "idx"] = "digits"
    """digits: those bundled with scikit-learn; idx: files in MNIST's format."""
    folder: str = "."
    """Where the idx files lie, relative to the settings file; or the name of a set fetched by `nlpbot data get`."""
    files: IdxFiles = IdxFiles()
    """Names of the idx files."""
    model: Literal["softmax", "lenet5"] = "lenet5"
    """The network."""
    kernel: int = Field(5, ge=1, le=11)
    """Side of a filter, in pixels, for lenet5."""
    filters: tuple[PositiveInt, PositiveInt] = (6, 16)
    """Filters of the two convolutions, for lenet5."""
    activation: ActivationName = "relu"
    """After each layer, for lenet5."""
    pool: Literal["max", "average"] = "max"
    """How regions become points, for lenet5."""
    dropout: float = Field(0.0, ge=0, lt=1)
    """Share of features dropped, for lenet5."""
    shift: int = Field(0, ge=0, le=8)
    """Pixels by which training images are moved at random."""
    summed_loss: bool = False
    """Whether the loss is summed over a batch rather than averaged, as the textbook has it."""
    train: TrainSettings = TrainSettings(epochs=10)
    """How it is trained."""
    neighbours: bool = True
    """Whether nearest neighbours are fitted as a baseline, and served where they do better on images held back."""
    valid_share: float = Field(0.1, gt=0, lt=0.5)
    """Share of the training images that is held back to choose on, where there is a baseline."""
    seed: int = Field(0, ge=0)
    """The same seed gives the same model."""
