"""Serve an image classifier: images in, labels with probabilities out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray

from nlpbot.core.bundles.bundle import Bundle, BundleDraft
from nlpbot.core.bundles.predictor import Predictor
from nlpbot.core.images.files import centred
from nlpbot.core.kernel.errors import BundleError
from nlpbot.vision.members import Member, NeighboursMember, NetworkMember

__all__ = ["NEIGHBOURS", "Recognised", "VisionPredictor"]

NEIGHBOURS = "neighbours"
"""The kind of what is served where neighbours win."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """The likeliest label of an image, and the probability of each."""

    label: int
    probabilities: tuple[float, ...]


class VisionPredictor(Predictor):
    """A trained image classifier.

    Args:
        member: gives the probability of each label.
        model: softmax, lenet5 or neighbours.
        side: pixels along a side of its images.
    """

    kind = "vision"

    def __init__(self, member: Member, model: str, side: int) -> None:
        self.member = member
        self.model = model
        self.side = side

    def __repr__(self) -> str:
        return f"VisionPredictor({self.model}, {self.side}×{self.side} pixels)"

    def predict(self, drawings: Iterable[Float[ndarray, "_ _"]]) -> list[Recognised]:
        """Return the label of each drawing, of any size, from 0 paper to 1 ink, in the same order.

        Raises:
            TypeError: a drawing is no array of two dimensions; the message names it, counted from 0.
        """
        drawings = list(drawings)
        for place, drawing in enumerate(drawings):
            if np.ndim(drawing) != 2:
                raise TypeError(f"drawings[{place}]: {np.ndim(drawing)} dimensions found; rows of pixels expected")
        if not drawings:
            return []
        images = np.stack([centred(drawing, side=self.side) for drawing in drawings])[:, None]
        rows = self.probabilities(torch.from_numpy(images))
        return [Recognised(int(row.argmax()), tuple(map(float, row))) for row in rows]

    def probabilities(self, images: Float[torch.Tensor, "N 1 Y X"]) -> Float[ndarray, "N L"]:
        """Return the probability of each label for images of the predictor's own size."""
        return self.member.probabilities(images)

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write what is served into a bundle, and return what its config must hold."""
        return {"kind": self.model, "side": self.side, **self.member.save(draft)}

    @classmethod
    def from_bundle(cls, bundle: Bundle, device: torch.device) -> "VisionPredictor":
        """Return the image classifier of an opened bundle.

        Raises:
            BundleError: parts are missing or don't fit each other.
        """
        config = bundle.manifest.config
        try:
            kind, side = str(config["kind"]), int(config["side"])
            near = kind == NEIGHBOURS
            member = NeighboursMember.load(bundle, side) if near else NetworkMember.load(bundle, kind, device)
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(f"{bundle.folder}: damaged: {error}; train it again") from error
        return cls(member, kind, side)
