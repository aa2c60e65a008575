import numpy as np
import pytest
import torch

from nlpbot.core.bundle import BundleDraft
from nlpbot.core.errors import BundleError, ConfigError
from nlpbot.core.manifest import Manifest
from nlpbot.vision import VisionPredictor

BAR_ACROSS, BAR_DOWN = np.zeros((40, 40), np.float32), np.zeros((40, 40), np.float32)
BAR_ACROSS[18:22, 4:36] = 1
BAR_DOWN[4:36, 18:22] = 1


def written(predictor, out, **changed):
    draft = BundleDraft.start(out)
    config = {**predictor.save(draft), **changed}
    return draft.finish(Manifest(room="vision", config={k: v for k, v in config.items() if v is not None}))


def test_drawings_of_any_size_are_recognised(predictor):
    assert [found.label for found in predictor.predict([BAR_ACROSS, BAR_DOWN, BAR_DOWN[:, 10:30]])] == [0, 1, 1]


def test_probabilities_are_of_all_labels_and_sum_to_one(predictor):
    (found,) = predictor.predict([BAR_ACROSS])
    assert len(found.probabilities) == 3
    assert sum(found.probabilities) == pytest.approx(1.0, abs=1e-5)
    assert found.probabilities[found.label] == max(found.probabilities)


def test_more_images_than_a_batch_are_read_in_order(predictor, images, monkeypatch):
    whole = predictor.probabilities(images.test_images)
    monkeypatch.setattr("nlpbot.vision.predictor.BATCH", 7)
    np.testing.assert_allclose(predictor.probabilities(images.test_images), whole, atol=1e-5)


def test_a_bundle_gives_the_same_network(predictor, images, tmp_path):
    loaded = VisionPredictor.load(written(predictor, tmp_path / "out"), device="cpu")
    assert (loaded.kind, loaded.side, loaded.config) == (predictor.kind, predictor.side, predictor.config)
    np.testing.assert_array_equal(loaded.probabilities(images.test_images), predictor.probabilities(images.test_images))


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"side": None}, BundleError, "damaged: 'side'; train it again"),
        ({"side": "eight"}, BundleError, "damaged: .*eight"),
        ({"network": {"side": 8, "kernel": 9}}, ConfigError, "too small for filters of 9"),
        ({"network": {"side": 8, "kernel": 3}}, BundleError, "weights don't fit the config"),
        ({"kind": "softmax", "network": {"pixels": 64, "labels": 3}}, BundleError, "weights don't fit the config"),
    ],
)
def test_a_bundle_whose_parts_do_not_fit_is_refused(predictor, tmp_path, changed, error, says):
    folder = written(predictor, tmp_path / "out", **changed)
    with pytest.raises(error, match=says):
        VisionPredictor.load(folder)


def test_it_stays_in_evaluation_mode(predictor, images):
    predictor.network.train()
    first = predictor.probabilities(images.test_images)
    assert not predictor.network.training
    assert torch.equal(torch.from_numpy(first), torch.from_numpy(predictor.probabilities(images.test_images)))
