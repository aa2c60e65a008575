"""The fits of one training: which members there are, and each trained on some rows."""

from dataclasses import dataclass
from typing import Any

import torch

from nlpbot.classify.config import ClassifySettings
from nlpbot.classify.data import Labelled
from nlpbot.classify.encoder_member import EncoderMember
from nlpbot.classify.members import LinearMember, LstmMember
from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.text.word_vectors import WordVectors
from nlpbot.core.training import RunFolder, TrainSettings
from nlpbot.encoding import Encoder

__all__ = ["LINEAR", "Fits"]

LINEAR = "linear"


@dataclass(frozen=True, slots=True)
class Fits:
    """What all the fits of one run share."""

    settings: ClassifySettings
    device: torch.device
    vectors: WordVectors | None
    encoder: Encoder | None
    folder: RunFolder | None
    progress: ProgressLine | None

    @property
    def names(self) -> tuple[str, ...]:
        """The members that are trained."""
        return LINEAR, *self.settings.networks

    def linear(self, data: Labelled) -> LinearMember:
        """Return the linear model of some rows."""
        return LinearMember.fit(data, self.settings)

    def network(
        self, data: Labelled, name: str, *, valid: Labelled | None = None, epochs: int | None = None
    ) -> LstmMember | EncoderMember:
        """Return the network of some rows; `name` is that of its run."""
        settings, folder = self.settings, self.folder.inside(name) if self.folder is not None else None
        rest: Any = {"valid": valid, "folder": folder, "progress": self.progress}
        if not settings.tunes_encoder:
            if epochs is not None:
                settings = settings.model_copy(update={"train": _for_epochs(settings.train, epochs)})
            return LstmMember.fit(data, settings, self.device, vectors=self.vectors, **rest)
        if self.encoder is None:
            raise ConfigError("an encoder is to be tuned, and none is given; --encoder BUNDLE expected")
        if epochs is not None:
            tuning = settings.encoder.model_copy(update={"train": _for_epochs(settings.encoder.train, epochs)})
            settings = settings.model_copy(update={"encoder": tuning})
        return EncoderMember.fit(data, settings, self.encoder, self.device, **rest)


def _for_epochs(train: TrainSettings, epochs: int) -> TrainSettings:
    return train.model_copy(update={"epochs": epochs, "steps": None, "minutes": None})
