import json

import numpy as np
import pytest

from nlpbot.classify import ClassifyPredictor
from nlpbot.classify.occlusion import without
from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.classical.calibration import Calibration
from nlpbot.core.kernel.errors import BundleError, DeviceError
from nlpbot.core.kernel.slices import finished


class Fixed:
    """A member that gives every text the score of its length."""

    def scores(self, texts):
        return np.array([[len(text), 0.0] for text in texts], dtype=np.float32)

    def scores_without(self, text, pieces):
        yield
        return self.scores([without(text, piece) for piece in pieces])

    def save(self, draft):
        return {}


FIXED = ClassifyPredictor(["long", "short"], {"fixed": Fixed()}, Calibration((1.0,), (0.0, 2.0)))


def test_predictions_come_in_order_with_all_probabilities():
    short, long = FIXED.predict(["a", "a" * 9])
    assert (short.label, long.label) == ("short", "long")
    assert short.probability == short.probabilities["short"] == pytest.approx(1 / (1 + np.exp(-1)))
    assert sum(long.probabilities.values()) == pytest.approx(1)


def test_no_texts_give_no_predictions_and_a_bare_text_is_refused():
    assert FIXED.predict([]) == []
    with pytest.raises(TypeError, match="a list of texts expected"):
        FIXED.predict("a text")


def test_members_are_given_texts_as_models_read_them():
    [long, longer] = FIXED.probabilities(["Ｐay  £50\u200b", "pay <amount>"])
    assert long.tolist() == longer.tolist()


def test_a_text_without_a_piece_has_the_probability_of_what_is_left():
    expected = FIXED.probabilities(["bb", "aaa", "aaa bb"])
    assert np.allclose(finished(FIXED.probabilities_without("aaa bb", [(0, 3), (4, 6), (0, 0)])), expected)
    assert len(list(FIXED.probabilities_without("aaa bb", [(0, 3)]))) == 1


def test_a_bundle_predicts_what_was_trained(asked_run, rows):
    one, other = (ClassifyPredictor.load(asked_run[0], device="cpu") for _ in range(2))
    assert one.predict(rows.texts) == other.predict(rows.texts)
    assert one.predict(["will it snow in Bath"])[0].label == "weather"


def test_a_device_that_is_not_there_is_said(asked_run):
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has one")
    with pytest.raises(DeviceError):
        ClassifyPredictor.load(asked_run[0], device="cuda")


@pytest.mark.parametrize(
    ("config", "calibration", "says"),
    [
        ({"labels": ["a", "b"]}, {"weights": [1.0], "bias": [0.0, 0.0]}, "damaged: 'members'"),
        ({"labels": ["a", "b"], "members": {}}, {"weights": [1.0], "bias": [0.0, 0.0]}, "calibration doesn't fit"),
        ({"labels": ["a"], "members": {"linear": {}}}, {"weights": [1.0], "bias": [0.0, 0.0]}, "doesn't fit"),
        ({"labels": ["a", "b"], "members": {"linear": {}}}, {"bias": [0.0, 0.0]}, "damaged: 'weights'"),
        ({"labels": ["a", "b"], "members": {"linear": {}}}, [], "damaged"),
    ],
)
def test_parts_that_do_not_fit_are_refused(trained, tmp_path, config, calibration, says):
    draft = BundleDraft.start(tmp_path / "b")
    trained.baseline.members["linear"].save(draft)
    draft.write_json("calibration.json", calibration)
    draft.finish(Manifest(kind="classify", config=json.loads(json.dumps(config))))
    with pytest.raises(BundleError, match=says):
        ClassifyPredictor.load(tmp_path / "b", device="cpu")
