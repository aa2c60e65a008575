"""The models that compete: a network and nearest neighbours, with one face.

A member gives each image the probability of each label; `save` and `load` keep it.
"""

from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor, nn

from nlpbot.core.bundles.bundle import Bundle, BundleDraft
from nlpbot.core.classical.neighbours import NearestNeighbours
from nlpbot.core.kernel.config import parse_settings
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.kernel.tensor_files import load_weights
from nlpbot.core.nn import LeNet5, LeNet5Config, SoftmaxRegression, SoftmaxRegressionConfig

__all__ = ["Member", "NeighboursMember", "NetworkMember", "build_network"]

BATCH = 512
LEAST = 1e-12
"""Probability below which a label counts as no less likely."""
NEIGHBOURS = 3
MOST_NEIGHBOURS = 10_000
"""Training images that neighbours are looked for among; all 60,000 of MNIST would take minutes."""


@runtime_checkable
class Member(Protocol):
    """A model that gives each image the probability of each label."""

    def probabilities(self, images: Float[Tensor, "N 1 Y X"]) -> Float[ndarray, "N L"]:
        """Return the probability of each label for images of the size that it was trained on."""

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write the member into a bundle, and return its part of the config."""


def build_network(kind: str, config: dict[str, Any], *, where: str) -> SoftmaxRegression | LeNet5:
    """Return a network by its name and config.

    Raises:
        ConfigError: the config doesn't fit.
    """
    if kind == "softmax":
        return SoftmaxRegression(parse_settings(config, SoftmaxRegressionConfig, where=where))
    return LeNet5(parse_settings(config, LeNet5Config, where=where))


class NetworkMember:
    """Softmax regression or LeNet-5, as a member."""

    def __init__(self, network: SoftmaxRegression | LeNet5, device: torch.device) -> None:
        self.network: nn.Module = network.to(device).eval()
        self.config = network.config
        self.device = device

    def probabilities(self, images: Float[Tensor, "N 1 Y X"]) -> Float[ndarray, "N L"]:
        """Return the probability of each label."""
        self.network.eval()
        with torch.inference_mode():
            parts = [self.network(part.to(self.device)).softmax(dim=-1).cpu() for part in torch.split(images, BATCH)]
        return np.asarray(torch.cat(parts).numpy())

    def loss(self, images: Float[Tensor, "N 1 Y X"], labels: Int[Tensor, " N"]) -> float:
        """Return the mean cross-entropy of labelled images, in nats."""
        own = torch.from_numpy(self.probabilities(images))[torch.arange(len(labels)), labels]
        return -float(own.clamp(min=LEAST).log().mean())

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write the network into a bundle."""
        draft.write_tensors("network.safetensors", self.network.state_dict())
        return {"network": self.config.model_dump(mode="json")}

    @classmethod
    def load(cls, bundle: Bundle, kind: str, device: torch.device) -> "NetworkMember":
        """Return the network of a bundle."""
        network = build_network(kind, bundle.manifest.config["network"], where=str(bundle.folder))
        load_weights(network, bundle.read_tensors("network.safetensors"), where=bundle.folder)
        return cls(network, device)


class NeighboursMember:
    """Nearest neighbours, as a member.

    Args:
        images: to find them among; at most the first 10,000 are.
        labels: of each.
        count: labels in all.
    """

    def __init__(self, images: Float[Tensor, "N 1 Y X"], labels: Int[Tensor, " N"], *, count: int) -> None:
        self._images, self._labels = images[:MOST_NEIGHBOURS], labels[:MOST_NEIGHBOURS]
        self._count = count
        rows = self._images.flatten(1).numpy()
        self._model = NearestNeighbours(rows, self._labels.tolist(), count=count, neighbours=NEIGHBOURS)

    def probabilities(self, images: Float[Tensor, "N 1 Y X"]) -> Float[ndarray, "N L"]:
        """Return the fraction of the neighbours, weighed by nearness, that have each label."""
        return self._model.probabilities(images.flatten(1).numpy())

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write the images and their labels into a bundle."""
        draft.write_tensors("neighbours.safetensors", {"images": self._images, "labels": self._labels})
        return {"labels": self._count}

    @classmethod
    def load(cls, bundle: Bundle, side: int) -> "NeighboursMember":
        """Return the neighbours of a bundle.

        Raises:
            BundleError: images and labels don't fit each other or the config.
        """
        count = int(bundle.manifest.config["labels"])
        tensors = bundle.read_tensors("neighbours.safetensors")
        images, labels = tensors["images"], tensors["labels"]
        fits = (
            images.shape == (len(labels), 1, side, side) and len(labels) and 0 <= labels.min() <= labels.max() < count
        )
        if not fits:
            raise BundleError(f"{bundle.folder}: images and labels don't fit the config; train it again")
        return cls(images, labels, count=count)
