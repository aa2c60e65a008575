from types import SimpleNamespace

import pytest

from nlpbot.core.training import TrainSettings
from nlpbot.core.training import clock as clock_module
from nlpbot.core.training.clock import Clock


@pytest.fixture
def time(monkeypatch):
    time = SimpleNamespace(now=100.0, monotonic=lambda: time.now)
    monkeypatch.setattr(clock_module, "time", time)
    return time


def steps_of(clock, time, *, early=1.0, late=1.0, count=200):
    """Do steps that take so long, and return the step at which their number was fixed, and whether each was late."""
    fixed, lates = None, []
    for step in range(count):
        if clock.over(step):
            break
        finishing = clock.finishing(step)
        seconds = late if finishing else early
        time.now += seconds
        clock.took(seconds, finishing=finishing)
        lates.append(finishing)
        if clock.freeze(step + 1):
            fixed = step + 1
    return fixed, lates


@pytest.mark.parametrize(("length", "steps"), [({"steps": 7}, 7), ({"epochs": 2}, 6)])
def test_steps_and_epochs_are_known_from_the_start(length, steps, time):
    clock = Clock(TrainSettings(**length), 3, finishes=False)
    assert clock.steps == steps
    assert steps_of(clock, time) == (None, [False] * steps)


def test_minutes_become_steps_by_the_speed_of_the_first_twentieth(time):
    clock = Clock(TrainSettings(minutes=1.0), 3, finishes=False)
    fixed, lates = steps_of(clock, time)
    assert (fixed, clock.steps, len(lates)) == (3, 60, 60)


def test_once_it_is_fixed_the_number_stays_however_slow_the_machine_becomes(time):
    clock = Clock(TrainSettings(minutes=1.0), 3, finishes=False)
    steps_of(clock, time, count=10)
    time.now += 500
    assert not clock.freeze(11)
    assert clock.steps == 60


def test_the_slower_steps_of_the_end_are_counted_on(time):
    clock = Clock(TrainSettings(minutes=1.0, finish_share=0.25), 3, finishes=True)
    _, lates = steps_of(clock, time, early=1.0, late=3.0)
    assert clock.seconds == pytest.approx(60, abs=3)
    assert lates[-9:] == [True] * 9
    assert lates[:2] == [False, True]  # both speeds are measured


def test_without_a_loss_of_its_own_the_end_is_as_the_rest(time):
    clock = Clock(TrainSettings(steps=4, finish_share=0.5), 3, finishes=False)
    assert steps_of(clock, time)[1] == [False] * 4


def test_an_end_that_has_its_loss_is_its_share_of_the_steps(time):
    clock = Clock(TrainSettings(steps=8, finish_share=0.25), 3, finishes=True)
    assert steps_of(clock, time)[1] == [False] * 6 + [True] * 2


def test_a_run_gone_on_with_has_the_rest_of_its_time(time):
    clock = Clock(TrainSettings(minutes=1.0), 3, finishes=False)
    clock.went_on(30.0)
    assert clock.seconds == 30
    time.now += 1
    clock.took(1.0, finishing=False)
    assert clock.freeze(11)
    assert clock.steps == 11 + 29
