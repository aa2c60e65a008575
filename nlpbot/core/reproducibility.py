"""What makes a run repeat: seeds, hashes and versions."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch

__all__ = ["distinct_names", "hashes_of", "library_versions", "seeded", "sha256_of"]

CHUNK_BYTES = 1 << 20


@contextmanager
def seeded(seed: int) -> Iterator[np.random.Generator]:
    """Run a block with torch seeded, and hand it a NumPy generator; outside, nothing changes.

    Dropout and initial weights draw from torch's own generator, so it is set here and restored after.
    """
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_available() else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed)
        yield np.random.default_rng(seed)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal, read in chunks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def distinct_names(paths: Sequence[str | Path]) -> list[str]:
    """Return what to call each file: its name, or its path as given where another has that name too."""
    counts = Counter(Path(path).name for path in paths)
    return [Path(path).name if counts[Path(path).name] == 1 else Path(path).as_posix() for path in paths]


def hashes_of(paths: Sequence[Path]) -> dict[str, str]:
    """Return the SHA-256 of each file by its distinct name."""
    return dict(zip(distinct_names(paths), map(sha256_of, paths), strict=True))


def library_versions() -> dict[str, str]:
    """Return the versions of the libraries that decide a result."""
    names = ("nlpbot", "torch", "numpy", "scikit-learn", "gensim", "tokenizers", "onnxruntime")
    return {name: version(name) for name in names}
