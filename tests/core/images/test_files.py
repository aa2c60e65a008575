import gzip
import io
import random
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nlpbot.core.images import files
from nlpbot.core.images.files import centred, read_grey, read_idx
from nlpbot.core.kernel.errors import DataError

GREYS = np.arange(0, 240, 10, dtype=np.uint8).reshape(4, 6)


def encoded(image: Image.Image, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


def written(folder: Path, content: bytes, name: str = "a.png") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def bomb(side: int) -> bytes:
    """Return the few bytes of a .png that claims `side` by `side` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["PNG", "BMP", "GIF", "PPM"])
def test_a_picture_is_read_in_grey(tmp_path: Path, form: str) -> None:
    found = read_grey(written(tmp_path, encoded(Image.fromarray(GREYS), form)))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, GREYS.astype(np.float32) / 255)


def test_colours_become_grey(tmp_path: Path) -> None:
    picture = Image.new("RGB", (2, 1), (255, 0, 0))
    assert read_grey(written(tmp_path, encoded(picture))) == pytest.approx(0.299, abs=0.01)


@pytest.mark.parametrize("side", [4_100, 5_700, 100_000])  # Pillow itself only warns of the first
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, side: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as outside of tests
        with pytest.raises(DataError, match=r"a\.png: more than 16,000,000 pixels"):
            read_grey(written(tmp_path, bomb(side)))


def test_a_file_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_PICTURE_BYTES", 10)
    with pytest.raises(DataError, match="larger than 0 MiB; a smaller picture"):
        read_grey(written(tmp_path, encoded(Image.fromarray(GREYS))))


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"%!PS-Adobe-3.0 EPSF-3.0\n", bomb(20), encoded(Image.fromarray(GREYS), "TIFF")]
)
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DataError, match=r"a\.png: (can't be read as|not) a picture"):
        read_grey(written(tmp_path, content))


def test_a_missing_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.png: can't be read"):
        read_grey(tmp_path / "none.png")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "WEBP", "PPM"])
def test_damage_anywhere_gives_a_picture_or_the_error(tmp_path: Path, form: str) -> None:
    whole = encoded(Image.fromarray(np.kron(GREYS, np.ones((4, 4), dtype=np.uint8))), form)
    rng = random.Random(0)
    refused = 0
    for _ in range(60):
        damaged = bytearray(whole[: rng.choice([len(whole), rng.randrange(len(whole))])])
        for _ in range(rng.randint(0, 3)):
            if damaged:
                damaged[rng.randrange(min(len(damaged), 60))] = rng.randrange(256)
        try:
            read_grey(written(tmp_path, bytes(damaged)))
        except DataError:
            refused += 1
    assert refused > 5


def idx(*shape: int, values: bytes) -> bytes:
    return struct.pack(f">BBBB{len(shape)}I", 0, 0, 8, len(shape), *shape) + values


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_idx_files_come_back_in_their_shape(tmp_path: Path, pack: type[bytes]) -> None:
    path = written(tmp_path, pack(idx(2, 1, 3, values=bytes(range(6)))), "a.gz" if pack is gzip.compress else "a")
    assert read_idx(path).tolist() == [[[0, 1, 2]], [[3, 4, 5]]]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a", b"", "not an IDX file"),
        ("a", b"\x89PNG....", "not an IDX file"),
        ("a", b"\0\0\x0d\x01\0\0\0\1....", "not an IDX file"),  # of floats
        ("a", b"\0\0\x08\x03\0\0", "cut short in its header; 3 sizes expected"),
        ("a", idx(2, 2, values=b"abc"), "3 values found; 2 × 2 expected"),
        ("a", idx(1 << 31, 1 << 31, 4, values=b""), "0 values found"),  # overflows 64 bits to 0
        ("a.gz", b"no gzip", "can't be read"),
        ("a.gz", gzip.compress(idx(1, values=b"a"))[:-9], "can't be read"),
    ],
)
def test_damaged_idx_files_are_refused(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    with pytest.raises(DataError) as caught:
        read_idx(written(tmp_path, content, name))
    assert says in str(caught.value)


@pytest.mark.parametrize("side", [8, 28])
@pytest.mark.parametrize(
    "box", [(slice(2, 30), slice(60, 70)), (slice(0, 100), slice(0, 3)), (slice(99, 100), slice(0, 1))]
)
def test_a_drawing_is_scaled_and_its_mass_put_in_the_middle(side: int, box: tuple[slice, slice]) -> None:
    ink = np.zeros((100, 100), dtype=np.float32)
    ink[box] = 1
    found = centred(ink, side=side)
    assert found.shape == (side, side)
    rows, columns = np.nonzero(found > 0.5)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == round(side * 20 / 28)
    assert abs(rows.mean() - (side - 1) / 2) <= 0.5
    assert abs(columns.mean() - (side - 1) / 2) <= 0.5


def test_an_empty_drawing_stays_empty() -> None:
    assert not centred(np.full((5, 7), 0.05, dtype=np.float32), side=8).any()
