"""Serve an image classifier: images in, labels with probabilities out."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import nn

from nlpbot.core.bundle import Bundle, BundleDraft, open_bundle
from nlpbot.core.config import parse_settings
from nlpbot.core.device import resolve_device
from nlpbot.core.errors import BundleError
from nlpbot.core.images.files import centred
from nlpbot.core.nn import LeNet5, LeNet5Config, SoftmaxRegression, SoftmaxRegressionConfig
from nlpbot.core.tensor_files import load_weights

__all__ = ["ROOM", "Recognised", "VisionPredictor", "build_network"]

ROOM = "vision"
BATCH = 512


@dataclass(frozen=True, slots=True)
class Recognised:
    """The likeliest label of an image, and the probability of each."""

    label: int
    probabilities: tuple[float, ...]


def build_network(kind: str, config: dict[str, Any], *, where: str) -> SoftmaxRegression | LeNet5:
    """Return a network by its name and config.

    Raises:
        ConfigError: the config doesn't fit.
    """
    if kind == "softmax":
        return SoftmaxRegression(parse_settings(config, SoftmaxRegressionConfig, where=where))
    return LeNet5(parse_settings(config, LeNet5Config, where=where))


class VisionPredictor:
    """A trained image classifier.

    Args:
        network: gives scores for each label.
        kind: softmax or lenet5.
        side: pixels along a side of its images.
        device: where it computes.
    """

    def __init__(self, network: SoftmaxRegression | LeNet5, kind: str, side: int, device: torch.device) -> None:
        self.network: nn.Module = network.to(device).eval()
        self.config = network.config
        self.kind = kind
        self.side = side
        self.device = device

    def __repr__(self) -> str:
        return f"VisionPredictor({self.kind}, {self.side}×{self.side} pixels)"

    def predict(self, drawings: Iterable[Float[ndarray, "_ _"]]) -> list[Recognised]:
        """Return the label of each drawing, of any size, from 0 paper to 1 ink, in the same order."""
        drawings = list(drawings)
        if not drawings:
            return []
        images = np.stack([centred(drawing, side=self.side) for drawing in drawings])[:, None]
        rows = self.probabilities(torch.from_numpy(images))
        return [Recognised(int(row.argmax()), tuple(map(float, row))) for row in rows]

    def probabilities(self, images: torch.Tensor) -> Float[ndarray, "N L"]:
        """Return the probability of each label for images of the network's own size, of shape (N, 1, side, side)."""
        self.network.eval()
        with torch.inference_mode():
            parts = [self.network(part.to(self.device)).softmax(dim=-1).cpu() for part in torch.split(images, BATCH)]
        return np.asarray(torch.cat(parts).numpy())

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write the network into a bundle, and return what its config must hold."""
        draft.write_tensors("network.safetensors", self.network.state_dict())
        return {"kind": self.kind, "side": self.side, "network": self.config.model_dump(mode="json")}

    @classmethod
    def load(cls, folder: Path | str, *, device: str = "auto") -> "VisionPredictor":
        """Return the image classifier of a bundle.

        Raises:
            BundleError: the bundle is damaged or of another room.
            DeviceError: the device is not there.
        """
        return cls.from_bundle(open_bundle(folder, room=ROOM), resolve_device(device))

    @classmethod
    def from_bundle(cls, bundle: Bundle, device: torch.device) -> "VisionPredictor":
        """Return the image classifier of an opened bundle.

        Raises:
            BundleError: parts are missing or don't fit each other.
        """
        config = bundle.manifest.config
        try:
            kind, side, shape = str(config["kind"]), int(config["side"]), config["network"]
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(f"{bundle.folder}: damaged: {error}; train it again") from error
        network = build_network(kind, shape, where=str(bundle.folder))
        load_weights(network, bundle.read_tensors("network.safetensors"), where=bundle.folder)
        return cls(network, kind, side, device)
