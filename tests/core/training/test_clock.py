from types import SimpleNamespace

import pytest

from nlpbot.core.training import TrainSettings
from nlpbot.core.training import clock as clock_module
from nlpbot.core.training.clock import Clock, Plan

MINUTE = TrainSettings(minutes=1.0)


@pytest.fixture
def time(monkeypatch):
    time = SimpleNamespace(now=100.0, monotonic=lambda: time.now)
    monkeypatch.setattr(clock_module, "time", time)
    return time


def go(clock, time, *, one_s=lambda seconds: 0.1, late=1.0, validations=0, valid_s=0.0, first=0, count=100_000):
    """Do the steps of a run, each as long as the time of the day says, and return the plans that were made.

    A step with the loss of the end takes `late` times as long; `validations` come at even fractions of the way,
    the last one at the end, each as long as `valid_s` says times the slowness.
    """
    plans, measured = [], 0
    for step in range(first, first + count):
        if clock.over(step):
            break
        slowness = one_s(clock.seconds)
        finishing = clock.finishing(step)
        seconds = slowness * (late if finishing else 1.0)
        time.now += seconds
        clock.took(seconds, finishing=finishing)
        fraction = clock.fraction(step + 1)
        if validations and fraction is not None and fraction >= (measured + 1) / validations:
            time.now += valid_s * slowness / 0.1
            measured += 1
        if clock.over(step + 1):
            break
        if clock.decide(step + 1):
            plans.append(clock.plan)
    return plans


@pytest.mark.parametrize(("length", "steps"), [({"steps": 7}, 7), ({"epochs": 2}, 6)])
def test_steps_and_epochs_are_known_from_the_start_and_stay_however_slow_the_machine(length, steps, time):
    clock = Clock(TrainSettings(**length), 3)
    assert clock.steps == steps
    assert go(clock, time, one_s=lambda seconds: 1e6) == []
    assert clock.seconds == pytest.approx(steps * 1e6)


def test_minutes_become_steps_by_the_speed_of_the_first_twentieth(time):
    clock = Clock(MINUTE, 3)
    assert clock.steps is None
    (plan,) = go(clock, time)
    assert plan.steps == clock.steps == pytest.approx(600, abs=2)
    assert clock.seconds == pytest.approx(60, abs=0.3)


SPEEDS = {
    "5 times slower from the middle": lambda seconds: 0.5 if seconds > 30 else 0.1,
    "5 times slower from the first plan": lambda seconds: 0.5 if seconds > 3.5 else 0.1,
    "5 times slower at the end": lambda seconds: 0.5 if seconds > 55 else 0.1,
    "5 times faster from the middle": lambda seconds: 0.02 if seconds > 30 else 0.1,
    "5 times faster from the first plan": lambda seconds: 0.02 if seconds > 3.5 else 0.1,
    "slow for ten seconds": lambda seconds: 0.5 if 20 < seconds < 30 else 0.1,
    "slow every other second": lambda seconds: 0.5 if int(seconds) % 2 else 0.1,
    "a step takes 4 seconds": lambda seconds: 4.0,
}


@pytest.mark.parametrize("finish", [0.0, 0.2])
@pytest.mark.parametrize("valid_s", [0.0, 0.5])
@pytest.mark.parametrize("one_s", SPEEDS.values(), ids=SPEEDS.keys())
def test_a_time_budget_is_kept_within_15_percent_whatever_the_speed(one_s, valid_s, finish, time):
    clock = Clock(MINUTE, 3, finish_fraction=finish, closing_s=valid_s)
    validations = 10 if one_s(0.0) < 1 else 0
    go(clock, time, one_s=one_s, late=2.0, validations=validations, valid_s=valid_s)
    assert clock.seconds == pytest.approx(60, rel=0.15)


def test_at_an_even_speed_plans_stay(time):
    clock = Clock(MINUTE, 3)
    assert len(go(clock, time, validations=10, valid_s=0.1)) <= 2
    assert clock.seconds == pytest.approx(60, rel=0.03)


def test_a_plan_goes_on_from_the_place_that_was_reached_and_never_falls_back(time):
    clock = Clock(MINUTE, 3)
    places = []
    for step in range(2000):
        if clock.over(step):
            break
        seconds = 0.5 if 20 < clock.seconds < 30 else 0.1
        time.now += seconds
        clock.took(seconds, finishing=False)
        before = clock.fraction(step + 1)
        clock.decide(step + 1)
        if before is not None:
            assert clock.fraction(step + 1) == pytest.approx(before)
            places.append(before)
    assert places == sorted(places)
    assert places[-1] == 1.0


def test_a_plan_says_the_fraction_of_the_way():
    plan = Plan(step=4, fraction=0.2, steps=12)
    assert [plan.fraction_at(step) for step in (4, 8, 12)] == pytest.approx([0.2, 0.6, 1.0])
    assert Plan(4, 0.0, 12).fraction_at(2) < 0
    assert Plan(4, 0.0, 3).fraction_at(4) <= 0  # a warm-up longer than the run


def test_what_the_caller_needs_after_the_last_step_is_left_over(time):
    clock = Clock(MINUTE, 3, closing_s=20.0)
    go(clock, time)
    assert clock.seconds == pytest.approx(40, abs=1)


def test_one_step_longer_than_the_budget_is_all_there_is(time):
    clock = Clock(MINUTE, 3)
    (plan,) = go(clock, time, one_s=lambda seconds: 90.0)
    assert plan.steps == 2  # the second is the first by a plan
    assert clock.seconds == 180


def test_the_slower_steps_of_the_end_are_counted_on(time):
    clock = Clock(TrainSettings(minutes=1.0), 3, finish_fraction=0.25)
    (plan,) = go(clock, time, late=3.0)
    assert plan.finish_cost == pytest.approx(3.0)
    assert clock.seconds == pytest.approx(60, abs=1)


def test_both_losses_are_tried_while_there_is_no_plan(time):
    clock = Clock(TrainSettings(minutes=1.0), 3, finish_fraction=0.25)
    assert [clock.finishing(step) for step in range(4)] == [False, True, False, True]


def test_without_a_loss_of_its_own_the_end_is_as_the_rest():
    clock = Clock(TrainSettings(steps=4), 3)
    assert not any(clock.finishing(step) for step in range(4))


def test_an_end_that_has_its_loss_is_its_fraction_of_the_steps():
    clock = Clock(TrainSettings(steps=8), 3, finish_fraction=0.25)
    assert [clock.finishing(step) for step in range(8)] == [False] * 6 + [True] * 2


def test_a_resumed_run_has_the_rest_of_its_time(time):
    clock = Clock(MINUTE, 3)
    clock.resume(None, 30.0)
    assert clock.seconds == 30
    go(clock, time, first=10)
    assert clock.seconds == pytest.approx(60, abs=0.3)


def test_a_resumed_run_keeps_its_plan_until_it_looks_again(time):
    clock, plan = Clock(MINUTE, 3), Plan(0, 0.0, 600)
    clock.resume(plan, 30.0)
    go(clock, time, one_s=lambda seconds: 0.5, first=300, count=5)
    assert clock.plan is plan
    go(clock, time, one_s=lambda seconds: 0.5, first=305)
    assert clock.seconds == pytest.approx(60, rel=0.05)
