from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from nlpbot.core.config import parse_settings
from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.core.training import Report, TrainSettings
from nlpbot.lm import watch as watch_module
from nlpbot.lm.config import LmSettings
from nlpbot.lm.data import Corpus, Pieces, train_tokenizer
from nlpbot.lm.evaluate import Loss
from nlpbot.lm.watch import Watch

SETTINGS = parse_settings({"length": 5, "train": {"steps": 100, "batch_size": 2}}, LmSettings, where="test")
MINUTE = SETTINGS.model_copy(update={"train": TrainSettings(minutes=1.0, batch_size=2)})


@pytest.fixture(scope="module")
def corpus():
    train, valid = Pieces(text="one two three four. " * 40).split(0.25)
    return Corpus.of(train, valid, train_tokenizer(train, SETTINGS.tokenizer))


def watching(corpus, settings, folder, *, resumed=False):
    model = LanguageModel(LanguageModelConfig(vocabulary=len(corpus.tokenizer.vocabulary), embedding=2, hidden=3))
    return Watch(model, corpus, settings, folder, resumed=resumed, told=lambda report, loss: None)


def report(step, steps=100, share=None):
    share = step / steps if share is None else share
    return Report(step, steps, share, 0, False, 1.0, 0.01, float(step))


def measured(watch):
    return [point.step for point in watch.points if point.valid_loss is not None]


def test_it_measures_at_even_shares_of_the_way_and_at_the_end(corpus, tmp_path):
    watch = watching(corpus, SETTINGS, tmp_path)
    for step in range(3, 101):
        assert watch.goes_on(report(step))
    assert measured(watch) == [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]


def test_it_measures_as_often_when_the_steps_become_fewer(corpus, tmp_path):
    watch = watching(corpus, SETTINGS, tmp_path)
    for step in range(1, 51):
        watch.goes_on(report(step))
    for step in range(51, 61):  # half of the way in ten steps
        watch.goes_on(report(step, 60, share=0.5 + (step - 50) * 0.05))
    assert measured(watch) == [10, 20, 30, 40, 50, 52, 54, 56, 58, 60]


def test_while_there_is_no_plan_it_measures_nothing(corpus, tmp_path):
    watch = watching(corpus, MINUTE, tmp_path)
    assert watch.goes_on(Report(3, None, None, 0, False, 1.0, 0.01, 1.0))
    assert measured(watch) == []


def test_in_a_time_budget_at_least_as_much_is_trained_on_as_is_measured_on(corpus, tmp_path):
    watch = watching(corpus, MINUTE, tmp_path)
    for step in range(1, 101):
        watch.goes_on(report(step))
    # 200 tokens to measure on, 10 a step
    assert measured(watch) == [20, 40, 60, 80, 100]


def test_a_run_gone_on_with_measures_where_it_would_have(corpus, tmp_path):
    first = watching(corpus, SETTINGS, tmp_path)
    for step in range(1, 36):
        first.goes_on(report(step))
    again = watching(corpus, SETTINGS, tmp_path, resumed=True)
    for step in range(26, 101):
        again.goes_on(report(step))
    assert measured(again) == [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]


@pytest.fixture
def clock(monkeypatch):
    """A clock that a token read moves on by a tenth of a second, the first time by two."""
    clock = SimpleNamespace(now=0.0, slow=20, monotonic=lambda: clock.now)

    def mean_loss(model, ids, device, *, streams=None):
        clock.now += len(ids) * clock.slow / 10
        clock.slow = 1
        return Loss(0.0, len(ids))

    monkeypatch.setattr(watch_module, "time", clock)
    monkeypatch.setattr(watch_module, "mean_loss", mean_loss)
    return clock


def test_it_learns_from_a_part_how_long_the_last_measuring_will_take(corpus, tmp_path, clock):
    seconds = watching(corpus, MINUTE, tmp_path).closing_s()
    assert seconds == pytest.approx(len(corpus.measured) / 10, rel=0.05)


def test_half_of_the_time_is_trained_however_long_the_last_measuring_takes(corpus, tmp_path, clock):
    train = MINUTE.train.model_copy(update={"minutes": 0.1})
    assert watching(corpus, MINUTE.model_copy(update={"train": train}), tmp_path).closing_s() == 3.0


def test_without_a_time_budget_or_a_text_to_measure_on_nothing_is_tried(corpus, tmp_path, clock):
    assert watching(corpus, SETTINGS, tmp_path).closing_s() == 0
    assert watching(replace(corpus, valid=corpus.valid[:0]), MINUTE, tmp_path).closing_s() == 0
    assert clock.now == 0


def test_measuring_draws_nothing_by_chance(corpus, tmp_path):
    before = torch.get_rng_state()
    watch = watching(corpus, MINUTE, tmp_path)
    after_the_network = torch.get_rng_state()
    watch.closing_s()
    watch.goes_on(report(100))
    assert torch.equal(torch.get_rng_state(), after_the_network)
    torch.set_rng_state(before)
