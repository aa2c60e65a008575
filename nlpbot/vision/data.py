"""Images to learn from: the digits that come along, or files in MNIST's format."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from nlpbot.core.classical.digits import bundled_digits
from nlpbot.core.datasets.catalog import find_data
from nlpbot.core.images.files import read_idx
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.kernel.hashes import hashes_of
from nlpbot.vision.config import VisionSettings

__all__ = ["ImageSet", "load_images"]

TEST_EVERY = 5
"""Of the bundled digits every fifth is kept for testing; neighbours in the file are of different writers' turns."""


@dataclass(frozen=True, slots=True)
class ImageSet:
    """Images from 0 paper to 1 ink, of shape (N, 1, side, side), and their labels."""

    train_images: Tensor
    train_labels: Tensor
    test_images: Tensor
    test_labels: Tensor
    hashes: Mapping[str, str] = field(default_factory=dict)
    """Name to SHA-256 of each file, or of the images that come along."""

    @property
    def side(self) -> int:
        """Pixels along a side."""
        return int(self.train_images.shape[-1])

    @property
    def labels(self) -> int:
        """Labels in all."""
        return int(self.train_labels.max()) + 1


def load_images(settings: VisionSettings, folder: Path) -> ImageSet:
    """Return the images that the settings name.

    Args:
        settings: which data.
        folder: that file names are relative to.

    Raises:
        DataError: a file is missing, damaged, or doesn't fit the others.
    """
    if settings.data == "digits":
        images, labels = bundled_digits()
        test = np.arange(len(images)) % TEST_EVERY == 0
        digest = {"scikit-learn's digits": hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()}
        return ImageSet(*_tensors(images[~test], labels[~test]), *_tensors(images[test], labels[test]), digest)
    files, root = settings.files, find_data(settings.folder, folder)
    train_files = (root / files.train_images, root / files.train_labels)
    test_files = (root / files.test_images, root / files.test_labels)
    train, test = _idx(*train_files), _idx(*test_files)
    if train[0].shape[1:] != test[0].shape[1:]:
        sides = f"{test[0].shape[-1]} pixels a side; {train[0].shape[-1]}"
        raise DataError(f"{root / files.test_images}: {sides}, as in training, expected")
    return ImageSet(*train, *test, hashes_of([*train_files, *test_files]))


def _idx(images_path: Path, labels_path: Path) -> tuple[Tensor, Tensor]:
    images, labels = read_idx(images_path), read_idx(labels_path)
    if images.ndim != 3 or labels.shape != images.shape[:1] or images.shape[1] != images.shape[2]:
        raise DataError(
            f"{images_path}: shape {images.shape} with labels {labels.shape}; square images, a label each expected"
        )
    if len(images) == 0:
        raise DataError(f"{images_path}: no images found; at least one expected")
    return _tensors(images.astype(np.float32) / 255, labels.astype(np.int64))


def _tensors(images: np.ndarray, labels: np.ndarray) -> tuple[Tensor, Tensor]:
    return torch.from_numpy(images.astype(np.float32))[:, None], torch.from_numpy(labels)
