"""What makes a run repeat: seeds and versions."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

import numpy as np
import torch

__all__ = ["library_versions", "seeded"]


@contextmanager
def seeded(seed: int) -> Iterator[np.random.Generator]:
    """Run a block with torch seeded, and hand it a NumPy generator; outside, nothing changes.

    Dropout and initial weights draw from torch's own generator, so it is set here and restored after.
    """
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_available() else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed)
        yield np.random.default_rng(seed)


def library_versions() -> dict[str, str]:
    """Return the versions of the libraries that decide a result."""
    names = ("nlpbot", "torch", "numpy", "scikit-learn", "gensim", "tokenizers", "onnxruntime")
    return {name: version(name) for name in names}
