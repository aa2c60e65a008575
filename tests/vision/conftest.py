"""A data set in MNIST's format that a child could learn: bars across, bars down, and diagonals, of 8 by 8 pixels."""

import gzip
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from nlpbot.core.kernel.config import load_settings
from nlpbot.vision.config import VisionSettings
from nlpbot.vision.data import ImageSet, load_images
from nlpbot.vision.predictor import VisionPredictor
from nlpbot.vision.train import train_vision

SIDE = 8
FILES = {
    "train-images-idx3-ubyte.gz": 0,
    "train-labels-idx1-ubyte.gz": 0,
    "t10k-images-idx3-ubyte.gz": 1,
    "t10k-labels-idx1-ubyte.gz": 1,
}
SETTINGS = """
data = "idx"
folder = "shapes"
model = "lenet5"

[network]
kernel = 3
filters = [4, 8]

[train]
steps = 100
batch_size = 16
learning_rate = 0.01
"""


def as_idx(values: np.ndarray) -> bytes:
    return gzip.compress(
        bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape) + values.tobytes()
    )


def shapes(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = np.arange(count, dtype=np.uint8) % 3
    images = np.zeros((count, SIDE, SIDE), dtype=np.uint8)
    for image, label in zip(images, labels):
        place, ink = rng.integers(1, SIDE - 2), rng.integers(150, 256)
        if label == 0:
            image[place : place + 2] = ink
        elif label == 1:
            image[:, place : place + 2] = ink
        else:
            np.fill_diagonal(image, ink)
            np.fill_diagonal(image[:, 1:], ink)
    return images, labels


@pytest.fixture(scope="session")
def idx() -> Callable[[np.ndarray], bytes]:
    """Write an array in MNIST's format."""
    return as_idx


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A settings file with its images beside it."""
    folder = tmp_path_factory.mktemp("vision")
    (folder / "shapes").mkdir()
    for name, seed in FILES.items():
        images, labels = shapes(90 if seed == 0 else 30, seed)
        (folder / "shapes" / name).write_bytes(as_idx(images if "images" in name else labels))
    (folder / "shapes.toml").write_text(SETTINGS, encoding="utf-8")
    return folder / "shapes.toml"


@pytest.fixture(scope="session")
def settings(config: Path) -> VisionSettings:
    return load_settings(config, VisionSettings)


@pytest.fixture(scope="session")
def images(config: Path, settings: VisionSettings) -> ImageSet:
    return load_images(settings, config.parent)


@pytest.fixture(scope="session")
def predictor(images: ImageSet, settings: VisionSettings) -> VisionPredictor:
    return train_vision(images, settings, torch.device("cpu")).predictor


@pytest.fixture(scope="session")
def bundle(nlpbot, config: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("bundles") / "shapes"
    assert nlpbot("vision", "train", config, "--out", out).exit_code == 0
    return out
