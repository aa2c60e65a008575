"""Read images: picture files with a limit on pixels, and the IDX files of MNIST."""

import gzip
import io
import math
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
from jaxtyping import Float, UInt8
from numpy import ndarray
from PIL import Image, UnidentifiedImageError

from nlpbot.core.kernel.errors import DataError

__all__ = ["MAX_PIXELS", "centred", "read_grey", "read_idx"]

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "PPM")
"""What is read; Pillow knows many more, some of which start other programs."""
MAX_PIXELS = 16_000_000
MAX_PICTURE_BYTES = 64 << 20
IDX_BYTES = 0x08
INK_FRACTION = 20 / 28
"""MNIST scales a digit into 20 of 28 pixels and centres its mass. Source: LeCun et al. 1998."""


def read_grey(path: Path) -> Float[ndarray, "Y X"]:
    """Return a picture in grey, from 0 black to 1 white.

    Raises:
        DataError: it is no picture, or has too many pixels or bytes.
    """
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        if path.stat().st_size > MAX_PICTURE_BYTES:
            raise DataError(f"{path}: larger than {MAX_PICTURE_BYTES >> 20} MiB; a smaller picture expected")
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(path.read_bytes()), formats=FORMATS) as image:
                return np.asarray(image.convert("L"), dtype=np.float32) / 255
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise DataError(f"{path}: more than {MAX_PIXELS:,} pixels; a smaller picture expected") from error
    except UnidentifiedImageError as error:
        raise DataError(f"{path}: not a picture that is known here; one of {', '.join(FORMATS)} expected") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise DataError(f"{path}: can't be read as a picture: {error}") from error


def read_idx(path: Path) -> UInt8[ndarray, "..."]:
    """Return the bytes of an IDX file, compressed or not, in their shape.

    Raises:
        DataError: it is none, or cut short.
    """
    try:
        raw = path.read_bytes()
        content = gzip.decompress(raw) if path.suffix == ".gz" else raw
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: can't be read: {error}") from error
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] != IDX_BYTES:
        raise DataError(f"{path}: not an IDX file of bytes; one such as train-images-idx3-ubyte.gz expected")
    dimensions = content[3]
    if len(content) < 4 + 4 * dimensions:
        raise DataError(f"{path}: cut short in its header; {dimensions} sizes expected")
    shape = struct.unpack(f">{dimensions}I", content[4 : 4 + 4 * dimensions])
    values = np.frombuffer(content, dtype=np.uint8, offset=4 + 4 * dimensions)
    if values.size != math.prod(shape):
        raise DataError(f"{path}: {values.size} values found; {' × '.join(map(str, shape))} expected")
    return values.reshape(shape)


def centred(ink: Float[ndarray, "Y X"], *, side: int) -> Float[ndarray, "side side"]:
    """Return a drawing as MNIST has it: its ink scaled to a box, the middle of its mass in the middle.

    Args:
        ink: from 0 nothing to 1 ink.
        side: pixels along a side of the result.
    """
    drawn = ink > 0.1
    if not drawn.any():
        return np.zeros((side, side), dtype=np.float32)
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = side * INK_FRACTION / max(cut.shape)
    size = tuple(max(round(length * scale), 1) for length in cut.shape[::-1])
    smooth = Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
    picture = Image.fromarray((cut * 255).astype(np.uint8)).resize(size, smooth)
    small = np.asarray(picture, dtype=np.float32) / 255
    return _placed(small, side)


def _placed(small: Float[ndarray, "y x"], side: int) -> Float[ndarray, "side side"]:
    mass = max(float(small.sum()), 1e-6)
    middle = [float((small.sum(axis=1 - axis) * np.arange(small.shape[axis])).sum()) / mass for axis in (0, 1)]
    starts = [round((side - 1) / 2 - middle[axis]) for axis in (0, 1)]
    starts = [min(max(start, 0), side - small.shape[axis]) for axis, start in enumerate(starts)]
    out = np.zeros((side, side), dtype=np.float32)
    out[starts[0] : starts[0] + small.shape[0], starts[1] : starts[1] + small.shape[1]] = small
    return out
