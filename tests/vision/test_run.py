import numpy as np
import pytest

from nlpbot.core.bundles.bundle import open_bundle
from nlpbot.core.runs.train_options import TrainOptions
from nlpbot.vision import VisionPredictor, run
from nlpbot.vision.evaluate import accuracy
from nlpbot.vision.run import train_bundle


def test_the_bundle_says_how_it_was_made(bundle):
    manifest = open_bundle(bundle, kind="vision").manifest
    assert manifest.metrics["accuracy"] == 1.0
    assert manifest.metrics["steps"] == 100
    assert manifest.baseline["name"] == "3 nearest neighbours"
    assert manifest.baseline["valid_accuracy"] == manifest.metrics["candidates"]["neighbours"]["valid_accuracy"]
    assert manifest.metrics["served"] == "lenet5"
    assert manifest.protocol == "81 images trained on, 9 held back to choose on, 30 tested on; seed 0"
    assert manifest.settings["network"]["filters"] == [4, 8]


def test_another_folder_of_images_can_be_named(config, tmp_path):
    settings = tmp_path / "shapes.toml"
    settings.write_text(config.read_text("utf-8").replace('"shapes"', '"elsewhere"'), encoding="utf-8")
    options = TrainOptions(tmp_path / "out", seed=3, device="cpu")
    train_bundle(settings, options, data=config.parent / "shapes")
    assert open_bundle(tmp_path / "out", kind="vision").manifest.settings["seed"] == 3


@pytest.mark.parametrize(("paper", "turned"), [(0.0, False), (1.0, True)])
def test_dark_on_light_is_read_as_light_on_dark(paper, turned):
    picture = np.full((6, 6), paper, dtype=np.float32)
    picture[2:4, 2:4] = 1 - paper
    ink = run._ink(picture)
    assert (ink[2:4, 2:4] == 1).all()
    assert ink.sum() == 4


def test_a_bundle_serves_neighbours_where_they_won(config, images, tmp_path):
    settings = tmp_path / "shapes.toml"
    untrained = config.read_text("utf-8").replace("steps = 100", "steps = 1").replace("0.01", "1e-9")
    settings.write_text(untrained, encoding="utf-8")
    train_bundle(settings, TrainOptions(tmp_path / "out", device="cpu"), data=config.parent / "shapes")
    manifest = open_bundle(tmp_path / "out", kind="vision").manifest
    assert manifest.metrics["served"] == manifest.config["kind"] == "neighbours"
    predictor = VisionPredictor.load(tmp_path / "out", device="cpu")
    assert accuracy(predictor.member, images.test_images, images.test_labels) == manifest.metrics["accuracy"] > 0.9
