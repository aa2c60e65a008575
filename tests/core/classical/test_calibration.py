import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from nlpbot.core.classical.calibration import Calibration
from nlpbot.core.measures.labels import expected_calibration_error


def too_sure(rows: int, *, seed: int = 0, shift: float = 1.5) -> tuple[np.ndarray, np.ndarray]:
    """Return labels, drawn by true scores, and scores that are five times too sure and lean to the first label."""
    rng = np.random.default_rng(seed)
    true = rng.normal(size=(rows, 3))
    labels = np.array([rng.choice(3, p=p) for p in softmax(true, axis=1)])
    return labels, true * 5 + np.array([shift * 5, 0, 0])


def test_calibration_lowers_the_error_on_skewed_scores() -> None:
    labels, scores = too_sure(3000)
    calibration = Calibration.fit([scores[:1500]], labels[:1500].tolist())
    before = expected_calibration_error(labels[1500:], softmax(scores[1500:], axis=1))
    after = expected_calibration_error(labels[1500:], calibration.probabilities([scores[1500:]]))
    assert before > 0.3
    assert after < 0.05
    assert calibration.weights[0] == pytest.approx(1 / 5, rel=0.2)  # the sureness is taken back …
    assert calibration.bias[0] - calibration.bias[1] == pytest.approx(-1.5, abs=0.3)  # … and the lean


def test_a_useless_model_gets_no_say_in_a_blend() -> None:
    labels, scores = too_sure(600, shift=0)
    noise = np.random.default_rng(1).normal(size=scores.shape)
    both = Calibration.fit([scores, noise], labels.tolist())
    assert both.weights[0] > 5 * both.weights[1] * noise.std() / scores.std()

    def nats(calibration: Calibration, models: list[np.ndarray]) -> float:
        return -float(log_softmax(calibration.logits(models), axis=1)[np.arange(600), labels].mean())

    assert nats(both, [scores, noise]) <= nats(Calibration.fit([scores], labels.tolist()), [scores]) + 1e-3


def test_weights_are_never_negative() -> None:
    labels, scores = too_sure(300)
    assert Calibration.fit([-scores], labels.tolist()).weights == (0.0,)


def test_probabilities_are_the_softmax_of_weighted_scores_and_bias() -> None:
    calibration = Calibration(weights=(2.0, 1.0), bias=(0.0, np.log(3)))
    found = calibration.probabilities([np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 0.0], [0.0, 2.0]])])
    np.testing.assert_allclose(found, [[0.25, 0.75], [0.25, 0.75]])


def test_few_rows_of_one_label_cannot_run_away() -> None:
    scores = np.array([[0.0, 1.0], [0.0, 2.0]])
    calibration = Calibration.fit([scores], [1, 1])
    assert np.isfinite(calibration.probabilities([scores])).all()
    assert max(map(abs, (*calibration.weights, *calibration.bias))) < 20
