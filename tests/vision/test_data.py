import shutil

import numpy as np
import pytest
import torch

from nlpbot.core.kernel.errors import DataError
from nlpbot.vision.config import VisionSettings
from nlpbot.vision.data import load_images


def test_the_bundled_digits_need_no_file_and_share_no_image(tmp_path):
    images = load_images(VisionSettings(), tmp_path)
    assert (images.side, images.labels) == (8, 10)
    assert (len(images.train_labels), len(images.test_labels)) == (1437, 360)
    assert images.train_images.shape[1:] == (1, 8, 8)
    assert (float(images.train_images.min()), float(images.train_images.max())) == (0.0, 1.0)


def test_files_in_mnists_format_are_read_from_the_folder_beside_the_settings(images):
    assert (images.side, images.labels) == (8, 3)
    assert (len(images.train_labels), len(images.test_labels)) == (90, 30)
    assert images.train_labels[:6].tolist() == [0, 1, 2, 0, 1, 2]
    assert torch.equal(images.train_images[0, 0, :, 0] > 0, images.train_images[0, 0, :, 7] > 0)
    assert 0.5 < float(images.train_images.max()) <= 1.0


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("train-images-idx3-ubyte.gz", None, "can't be read"),
        ("train-images-idx3-ubyte.gz", np.zeros((90, 8, 6), np.uint8), "square images, a label each expected"),
        ("train-images-idx3-ubyte.gz", np.zeros((90, 64), np.uint8), "square images, a label each expected"),
        ("train-labels-idx1-ubyte.gz", np.zeros(89, np.uint8), r"with labels \(89,\); square images"),
        ("t10k-images-idx3-ubyte.gz", np.zeros((30, 9, 9), np.uint8), "9 pixels a side; 8, as in training, expected"),
    ],
)
def test_files_that_do_not_fit_are_named(config, settings, idx, tmp_path, name, values, says):
    shutil.copytree(config.parent / "shapes", tmp_path / "shapes")
    if values is None:
        (tmp_path / "shapes" / name).unlink()
    else:
        (tmp_path / "shapes" / name).write_bytes(idx(values))
    with pytest.raises(DataError, match=says) as error:
        load_images(settings, tmp_path)
    assert "shapes" in str(error.value)


def test_files_without_images_are_refused(settings, idx, tmp_path):
    (tmp_path / "shapes").mkdir()
    for kind in ("train", "t10k"):
        (tmp_path / "shapes" / f"{kind}-images-idx3-ubyte.gz").write_bytes(idx(np.zeros((0, 8, 8), np.uint8)))
        (tmp_path / "shapes" / f"{kind}-labels-idx1-ubyte.gz").write_bytes(idx(np.zeros(0, np.uint8)))
    with pytest.raises(DataError, match="no images found"):
        load_images(settings, tmp_path)
