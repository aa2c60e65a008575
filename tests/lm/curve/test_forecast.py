import json
import math

import pytest

from nlpbot.lm.curve.forecast import forecast

TOKENS = (1000, 2000, 5000, 8000)


def power_law(exponent, *, noise=(0, 0, 0, 0)):
    return [3 * (tokens / 1000) ** -exponent + off for tokens, off in zip(TOKENS, noise, strict=True)]


def test_a_power_law_is_found_and_carried_on():
    law = forecast(TOKENS, power_law(0.1))
    assert law.exponent == pytest.approx(0.1)
    assert law.now == pytest.approx(3 * 8**-0.1)
    assert law.twice == pytest.approx(3 * 16**-0.1)
    assert law.spread == pytest.approx(0, abs=1e-9)
    gain = 3 * 8**-0.1 - 3 * 16**-0.1
    assert f"probably bring {gain:.3f} nats a token" in str(law)
    assert f"a perplexity {1 - math.exp(-gain):.0%} lower" in str(law)


def test_losses_on_very_little_text_are_passed_over():
    assert forecast(TOKENS, power_law(0.1, noise=(1, 0, 0, 0))).exponent == pytest.approx(0.1)


def test_losses_off_the_law_are_no_ground_for_a_forecast():
    assert "can't be said" in str(forecast(TOKENS, power_law(0.1, noise=(0, 0.4, -0.4, 0.4))))


@pytest.mark.parametrize("exponent", [0, 0.0005, -0.1])
def test_where_the_loss_no_longer_falls_more_text_is_said_to_help_little(exponent):
    assert "would hardly help" in str(forecast(TOKENS, power_law(exponent)))


def test_two_points_are_too_few():
    assert forecast(TOKENS[:2], [3, 2]) is None


def test_its_json_holds_the_figures_and_the_words():
    law = forecast(TOKENS, power_law(0.1))
    report = json.loads(json.dumps(law.to_json()))
    assert set(report) == {"exponent", "now", "twice", "spread", "says"}
    assert report["says"] == str(law)
