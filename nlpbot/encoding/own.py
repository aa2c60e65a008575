"""The sentence encoder that comes along."""

from functools import cache
from pathlib import Path

import torch

from nlpbot.core.bundles.bundle import open_bundle
from nlpbot.core.datasets.catalog import data_folder
from nlpbot.encoding.encoder import Encoder

__all__ = ["own_encoder", "own_encoder_folder"]


def own_encoder_folder() -> Path:
    """Return the bundle of the encoder that comes along.

    Raises:
        ConfigError: this installation has none.
    """
    return data_folder("sentences") / "encoder"


@cache
def own_encoder(device: torch.device) -> Encoder:
    """Return the encoder that comes along, loaded once.

    Raises:
        BundleError: it is damaged.
        ConfigError: this installation has none.
    """
    bundle = open_bundle(own_encoder_folder(), kind="sentences")
    return Encoder.load(bundle, bundle.manifest.config, device)
