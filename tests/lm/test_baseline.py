import json
import math

import numpy as np
import pytest

from nlpbot.core.classical.kneser_ney import KneserNey
from nlpbot.lm import baseline as module
from nlpbot.lm.baseline import Baseline, fit_baseline, side_by_side, verdict

RHYME = np.frombuffer(b"the cat sat on the mat.\nthe dog sat on the log.\n" * 40, dtype=np.uint8).astype(np.uint16)


def made(loss: float) -> Baseline:
    return Baseline(
        nats_per_token=loss, order=5, ngrams=10, size_bytes=2_000_000, seconds=1.25, tokens=100, all_tokens=100
    )


def test_it_is_the_kneser_ney_model_of_the_text():
    found = fit_baseline(RHYME, RHYME[:300], vocabulary=256, kind="word", bytes_a_token=1.0)
    model = KneserNey.fit(RHYME, vocabulary=256, order=5)
    assert found.nats_per_token == pytest.approx(model.nats(RHYME[:300]).mean())
    assert (found.order, found.ngrams, found.size_bytes) == (5, model.ngrams, model.size_bytes)
    assert found.scope == "all of the text"
    assert found.name == "Kneser–Ney 5-gram"


def test_characters_take_the_order_that_does_best_on_validation():
    rng = np.random.default_rng(0)
    noise = rng.integers(4, size=2000).astype(np.uint16)
    short = fit_baseline(
        noise, rng.integers(4, size=500).astype(np.uint16), vocabulary=4, kind="char", bytes_a_token=1.0
    )
    orders = {order: KneserNey.fit(RHYME, vocabulary=256, order=order).nats(RHYME).mean() for order in (6, 7, 8, 10)}
    long = fit_baseline(RHYME, RHYME, vocabulary=256, kind="char", bytes_a_token=1.0)
    assert short.order == 6
    assert long.nats_per_token == pytest.approx(min(orders.values()))
    assert long.order == min(orders, key=orders.__getitem__) > 6


def test_of_a_long_text_the_first_part_is_counted_and_that_is_said(monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 2000)
    monkeypatch.setattr(module, "MANY_TOKENS", 500)
    found = fit_baseline(RHYME, RHYME[:300], vocabulary=256, kind="char", bytes_a_token=2.0)
    first = KneserNey.fit(RHYME[:1000], vocabulary=256, order=module.MANY_ORDER)
    assert found.nats_per_token == pytest.approx(first.nats(RHYME[:300]).mean())
    assert found.scope == "the first 1,000 of 1,920 tokens, about 50 MB"


def test_its_metrics_have_the_names_of_the_lstms():
    metrics = json.loads(json.dumps(made(1.5).metrics()))
    assert metrics["valid_loss"] == 1.5
    assert metrics["perplexity"] == pytest.approx(math.exp(1.5))
    assert {"name", "ngrams", "size_bytes", "seconds", "trained_on"} <= set(metrics)


def test_the_rows_hold_both_with_time_and_size():
    assert side_by_side(made(2.0), valid_loss=1.5, seconds=60, size_bytes=4_200_000) == [
        ["nats a token", "1.5000", "2.0000"],
        ["perplexity", "4.48", "7.39"],
        ["training (s)", "60.0", "1.2"],
        ["size (MB)", "4.2", "2.0"],
    ]


@pytest.mark.parametrize(
    ("lstm", "says"),
    [(1.5, "the LSTM is ahead of the Kneser–Ney 5-gram by 39%"), (2.5, "the Kneser–Ney 5-gram is ahead of the LSTM")],
)
def test_whichever_is_ahead_is_named(lstm, says):
    assert verdict(made(2.0), lstm).startswith(says)


def test_without_a_text_to_measure_on_it_is_refused():
    with pytest.raises(ValueError, match="1 tokens kept back; at least 2 expected"):
        fit_baseline(RHYME, RHYME[:1], vocabulary=256, kind="char", bytes_a_token=1.0)
