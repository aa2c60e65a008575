import numpy as np
import pytest
import torch

from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.errors import BundleError, ConfigError
from nlpbot.vision import VisionPredictor
from nlpbot.vision.members import NeighboursMember

BAR_ACROSS, BAR_DOWN = np.zeros((40, 40), np.float32), np.zeros((40, 40), np.float32)
BAR_ACROSS[18:22, 4:36] = 1
BAR_DOWN[4:36, 18:22] = 1


def written(predictor, out, **changed):
    draft = BundleDraft.start(out)
    config = {**predictor.save(draft), **changed}
    return draft.finish(Manifest(kind="vision", config={k: v for k, v in config.items() if v is not None}))


def test_it_says_what_it_is(predictor):
    assert repr(predictor) == "VisionPredictor(lenet5, 8×8 pixels)"


def test_drawings_of_any_size_are_recognised(predictor):
    assert [found.label for found in predictor.predict([BAR_ACROSS, BAR_DOWN, BAR_DOWN[:, 10:30]])] == [0, 1, 1]


@pytest.mark.parametrize("drawing", [None, 3.0])
def test_what_is_no_drawing_is_named_with_its_place(predictor, drawing):
    with pytest.raises(TypeError, match=r"drawings\[1\]: \d dimensions found; rows of pixels expected"):
        predictor.predict(iter([BAR_ACROSS, drawing]))


def test_probabilities_are_of_all_labels_and_sum_to_one(predictor):
    (found,) = predictor.predict([BAR_ACROSS])
    assert len(found.probabilities) == 3
    assert sum(found.probabilities) == pytest.approx(1.0, abs=1e-5)
    assert found.probabilities[found.label] == max(found.probabilities)


def test_more_images_than_a_batch_are_read_in_order(predictor, images, monkeypatch):
    whole = predictor.probabilities(images.test_images)
    monkeypatch.setattr("nlpbot.vision.members.BATCH", 7)
    np.testing.assert_allclose(predictor.probabilities(images.test_images), whole, atol=1e-5)


def test_a_bundle_gives_the_same_network(predictor, images, tmp_path):
    loaded = VisionPredictor.load(written(predictor, tmp_path / "out"), device="cpu")
    assert (loaded.model, loaded.side) == (predictor.model, predictor.side) == ("lenet5", 8)
    assert loaded.member.config == predictor.member.config
    np.testing.assert_array_equal(loaded.probabilities(images.test_images), predictor.probabilities(images.test_images))


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"side": None}, BundleError, "damaged: 'side'; train it again"),
        ({"side": "eight"}, BundleError, "damaged: .*eight"),
        ({"network": {"side": 8, "kernel": 9}}, ConfigError, "too small for filters of 9"),
        ({"network": {"side": 8, "kernel": 3}}, BundleError, "weights don't fit the config"),
        ({"network": None}, BundleError, "damaged: 'network'; train it again"),
        ({"kind": "neighbours"}, BundleError, "damaged: 'labels'; train it again"),
        ({"kind": "softmax", "network": {"pixels": 64, "labels": 3}}, BundleError, "weights don't fit the config"),
    ],
)
def test_a_bundle_whose_parts_do_not_fit_is_refused(predictor, tmp_path, changed, error, says):
    folder = written(predictor, tmp_path / "out", **changed)
    with pytest.raises(error, match=says):
        VisionPredictor.load(folder)


@pytest.fixture
def near(images):
    member = NeighboursMember(images.train_images, images.train_labels, count=3)
    return VisionPredictor(member, "neighbours", images.side)


def test_a_bundle_of_neighbours_gives_the_same_and_reads_drawings(near, images, tmp_path):
    loaded = VisionPredictor.load(written(near, tmp_path / "out"), device="cpu")
    assert (loaded.model, loaded.side) == ("neighbours", 8)
    np.testing.assert_array_equal(loaded.probabilities(images.test_images), near.probabilities(images.test_images))
    assert [found.label for found in loaded.predict([BAR_ACROSS, BAR_DOWN])] == [0, 1]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"side": 9}, "images and labels don't fit the config"),
        ({"labels": 2}, "images and labels don't fit the config"),
        ({"labels": None}, "damaged: 'labels'"),
    ],
)
def test_neighbours_that_do_not_fit_their_config_are_refused(near, tmp_path, changed, says):
    with pytest.raises(BundleError, match=says):
        VisionPredictor.load(written(near, tmp_path / "out", **changed))


def test_it_stays_in_evaluation_mode(predictor, images):
    predictor.member.network.train()
    first = predictor.probabilities(images.test_images)
    assert not predictor.member.network.training
    assert torch.equal(torch.from_numpy(first), torch.from_numpy(predictor.probabilities(images.test_images)))
