"""Which files a result hangs on: their hashes, and what to call them."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

__all__ = ["CHUNK_BYTES", "distinct_names", "hashes_of", "sha256_of"]

CHUNK_BYTES = 1 << 20


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
