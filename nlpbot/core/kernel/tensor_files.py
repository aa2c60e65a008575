"""Named tensors in files: written at once or not at all, and read without running anything."""

import os
from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from nlpbot.core.kernel.errors import BundleError

__all__ = ["load_tensors", "load_weights", "save_tensors"]


def save_tensors(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Write named tensors to a file, at once: a reader sees the old file or the new one.

    Raises:
        BundleError: they can't be written, such as on a full disk; the old file is as it was.
    """
    fresh = path.with_name(path.name + ".new")
    try:
        save_file({key: value.detach().cpu().clone().contiguous() for key, value in tensors.items()}, fresh)
        with fresh.open("rb+") as file:
            os.fsync(file.fileno())
        fresh.replace(path)
    except (OSError, SafetensorError) as error:
        fresh.unlink(missing_ok=True)
        raise BundleError(f"{path}: can't be written: {error}; what was saved before is kept") from error


def load_tensors(path: Path) -> dict[str, Tensor]:
    """Return the named tensors of a file, on the CPU.

    Raises:
        BundleError: it is damaged.
    """
    try:
        return load_file(path)
    except (SafetensorError, ValueError) as error:
        raise BundleError(f"{path}: not safetensors: {error}") from error


def load_weights(module: nn.Module, tensors: Mapping[str, Tensor], *, where: Path) -> None:
    """Pour weights into a network that was built from the bundle's config.

    Raises:
        BundleError: names or shapes differ from what the config builds.
    """
    try:
        module.load_state_dict(dict(tensors), strict=True)
    except RuntimeError as error:
        raise BundleError(f"{where}: weights don't fit the config: {str(error).splitlines()[-1].strip()}") from error
