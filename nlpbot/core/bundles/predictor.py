"""What every trained model that can be served has in common: it is loaded from a bundle and saved into one."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import torch

from nlpbot.core.bundles.bundle import Bundle, BundleDraft, open_bundle
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.device import resolve_device

__all__ = ["Predictor", "save_part"]

P = TypeVar("P", bound="Predictor")


class Predictor(ABC):
    """A trained model; its ``predict`` takes any number of inputs and returns as many outputs, in the same order."""

    kind: ClassVar[str]
    """The kind of its bundles."""

    @classmethod
    def load(cls: type[P], folder: Path | str, *, device: str = "auto") -> P:
        """Return the model in a bundle.

        Args:
            folder: as given to ``--out`` when it was trained.
            device: auto, cpu, cuda or mps.

        Raises:
            BundleError: the bundle is damaged or of another kind.
            DeviceError: the device is not there.
        """
        return cls.from_bundle(open_bundle(folder, kind=cls.kind), resolve_device(device))

    @classmethod
    def from_part(cls: type[P], bundle: Bundle, name: str, device: torch.device) -> P:
        """Return the model that `save_part` wrote into a bundle under a name; it raises what `load` does."""
        return cls.from_bundle(bundle.part(name, kind=cls.kind), device)

    @classmethod
    @abstractmethod
    def from_bundle(cls: type[P], bundle: Bundle, device: torch.device) -> P:
        """Return the model in an opened bundle.

        Raises:
            BundleError: parts are missing or don't fit each other.
        """

    @abstractmethod
    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write the model into a draft, and return what its config must hold for `from_bundle`."""

    @property
    def named_thresholds(self) -> Mapping[str, float]:
        """Scores at which a decision changes, by name."""
        return {}


def save_part(draft: BundleDraft, name: str, predictor: Predictor) -> None:
    """Write a model into a draft, as a bundle inside that bundle."""
    part = draft.part(name)
    part.finish(Manifest(kind=predictor.kind, config=predictor.save(part), thresholds=dict(predictor.named_thresholds)))
