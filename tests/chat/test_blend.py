"""The blend of two opinions, and what the confidence in it is judged by."""

import json
from typing import Any

import numpy as np
import pytest

from nlpbot.chat.blend import Blend, blended
from nlpbot.chat.opinions import Opinions
from nlpbot.core.kernel.errors import BundleError

ENGLISH = Opinions(
    languages=["en", "en"],
    fits=np.array([[True, True, False]] * 2),
    found=np.array([[0.5, 0.2, 0.9], [0.1, 0.4, 0.0]]),
    intents=np.array([[0.36, 0.64, 0.0], [0.36, 0.64, 0.0]]),
    known=np.array([0.5, 1.0]),
    length=np.array([2.0, 3.0]),
)


@pytest.mark.parametrize(("weight", "best"), [(0.0, [0, 1]), (1.0, [1, 1]), (0.5, [0, 1])])
def test_intents_are_weighed_against_retrieval(weight: float, best: list[int]) -> None:
    scores = blended(ENGLISH, weight)
    assert scores.argmax(axis=1).tolist() == best
    np.testing.assert_allclose(scores[0, :2], weight * np.array([0.6, 0.8]) + (1 - weight) * np.array([0.5, 0.2]))


def test_topics_of_another_language_are_out_unless_there_are_no_others() -> None:
    assert np.isneginf(blended(ENGLISH, 0.5)[:, 2]).all()
    nobody = Opinions(["ko"], np.zeros((1, 3), bool), ENGLISH.found[:1], np.zeros((1, 3)), np.ones(1), np.ones(1))
    np.testing.assert_allclose(blended(nobody, 0.5), ENGLISH.found[:1] / 2)


def test_the_confidence_sees_score_lead_parts_agreement_words_and_length() -> None:
    _, features = Blend(0.5, {"en": 1.0}).judge(ENGLISH)
    np.testing.assert_allclose(features[0], [0.55, 0.05, 0.5, 0.6, 0, 0.5, 2.0])
    np.testing.assert_allclose(features[1], [0.6, 0.25, 0.4, 0.8, 1, 1.0, 3.0])


def test_intents_have_their_temperature_before_they_are_blended() -> None:
    scores, _ = Blend(1.0, {"en": 2.0}).judge(ENGLISH)
    np.testing.assert_allclose(scores[0, :2] ** 2, np.array([0.36, 0.64]) ** 2 / (0.36**2 + 0.64**2))


def test_a_saved_blend_is_the_same() -> None:
    blend = Blend(0.4, {"en": 2.5, "ko": 8.0})
    assert Blend.from_json(json.loads(json.dumps(blend.to_json()))) == blend


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"intent_weight": 1},
        {"intent_weight": "x", "inverse_temperature": {}},
        {"intent_weight": 1, "inverse_temperature": 2},
    ],
)
def test_a_damaged_blend_is_refused(value: Any) -> None:
    with pytest.raises(BundleError, match="blend: damaged"):
        Blend.from_json(value)
