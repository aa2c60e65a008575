"""The sentence encoder that comes along, and which one some texts are read by."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import torch

from nlpbot.core.bundles.bundle import open_bundle
from nlpbot.core.bundles.manifest import NO_BUNDLE
from nlpbot.core.datasets.catalog import data_folder
from nlpbot.core.kernel.console import note
from nlpbot.encoding.encoder import Encoder

__all__ = ["encoder_of", "fitting_encoder", "own_encoder_folder"]

LEAST_KNOWN = 0.5
"""Fraction of the words of texts that the encoder must know to be of use."""


def own_encoder_folder() -> Path:
    """Return the bundle of the encoder that comes along.

    Raises:
        ConfigError: this installation has none.
    """
    return data_folder("sentences") / "encoder"


def fitting_encoder(texts: Sequence[str], given: Path | None) -> Path | None:
    """Return the bundle of the encoder that texts are to be read by: the one given, else the one that comes along.

    Args:
        texts: of one's own.
        given: a bundle; `NO_BUNDLE` for none; None for the one that comes along, where it knows their language.

    Raises:
        BundleError: it is damaged.
    """
    if given is not None:
        return given if given != NO_BUNDLE else None
    folder = own_encoder_folder()
    known = encoder_of(folder, torch.device("cpu")).features.known_fraction(texts)
    if known >= LEAST_KNOWN:
        return folder
    note(f"the sentence encoder knows {known:.0%} of the words; without it")
    return None


@cache
def encoder_of(folder: Path, device: torch.device) -> Encoder:
    """Return the encoder of a bundle, loaded once.

    Raises:
        BundleError: there is none, or it is damaged.
    """
    bundle = open_bundle(folder, kind="sentences")
    return Encoder.load(bundle, bundle.manifest.config, device)
