from types import SimpleNamespace

import pytest
import torch
from torch import nn

from nlpbot.core.training import (
    BestWeights,
    Checkpoint,
    Finish,
    TrainSettings,
    fit,
    loop,
    move,
)
from nlpbot.core.training import clock as clock_module
from nlpbot.core.training.optimizer import make_optimizer

CPU = torch.device("cpu")


class Numbers:
    """Three batches an epoch; what they hold tells the epoch and the place in it."""

    def __len__(self):
        return 3

    def epoch(self, number):
        yield from (torch.tensor([[10.0 * number + place]]) for place in range(3))


def settings(**given):
    return TrainSettings(**{"optimizer": "sgd", "learning_rate": 0.1, "schedule": "constant", "clip": None, **given})


def mean_output(model, batch, state):
    return model(batch).mean(), state


def run(model, loss_fn, batches, chosen, **options):
    return list(fit(model, loss_fn, batches, chosen, CPU, **options))


def test_batches_come_epoch_by_epoch_until_the_steps_are_done():
    seen = []

    def loss_fn(model, batch, state):
        seen.append(batch.item())
        return mean_output(model, batch, state)

    run(nn.Linear(1, 1), loss_fn, Numbers(), settings(steps=8))
    assert seen == [0, 1, 2, 10, 11, 12, 20, 21]


def test_a_report_says_how_far_it_is_and_the_mean_loss_since_the_last():
    def loss_fn(model, batch, state):
        return batch.sum() + 0 * model.bias.sum(), state

    reports = run(nn.Linear(1, 1), loss_fn, Numbers(), settings(epochs=2, report_every=2))
    assert [(r.step, r.epoch, r.end_of_epoch) for r in reports] == [
        (2, 0, False), (3, 0, True), (4, 1, False), (6, 1, True)
    ]  # fmt: skip
    assert [r.train_loss for r in reports] == [0.5, 2.0, 10.0, 11.5]
    assert {r.steps for r in reports} == {6}


def test_the_state_is_carried_within_an_epoch_and_begins_anew_in_the_next():
    states = []

    def loss_fn(model, batch, state):
        states.append(state)
        return model(batch).mean(), [(batch, batch)]

    run(nn.Linear(1, 1), loss_fn, Numbers(), settings(epochs=2))
    assert [None if state is None else state[0][0].item() for state in states] == [None, 0, 1, None, 10, 11]


def test_the_model_is_in_training_mode_whatever_the_caller_does_between():
    modes = []

    def loss_fn(model, batch, state):
        modes.append(model.training)
        return mean_output(model, batch, state)

    model = nn.Linear(1, 1).eval()
    for _ in fit(model, loss_fn, Numbers(), settings(steps=5, report_every=1), CPU):
        model.eval()
    assert modes == [True] * 5


def test_stopping_early_is_the_callers_break():
    model, steps = nn.Linear(1, 1), []
    best = BestWeights(model, patience=2)
    for report, loss in zip(fit(model, mean_output, Numbers(), settings(steps=99, report_every=1), CPU),
                            [5.0, 3.0, 4.0, 3.5, 1.0]):  # fmt: skip
        steps.append(report.step)
        if loss == 3.0:
            expected = model.weight.detach().clone()
        if not best.update(loss):
            break
    best.restore()
    assert steps == [1, 2, 3, 4]
    assert torch.equal(model.weight, expected)


@pytest.mark.parametrize(("clip", "length"), [(None, 50.0), (1.0, 1.0), (1000.0, 50.0)])
def test_a_gradient_longer_than_the_clip_is_cut_to_it(clip, length):
    model = nn.Linear(2, 1, bias=False)
    before = model.weight.detach().clone()

    def loss_fn(model, batch, state):
        return (model.weight * torch.tensor([[30.0, 40.0]])).sum(), state

    run(model, loss_fn, Numbers(), settings(steps=1, learning_rate=1.0, clip=clip, weight_decay=0.0))
    assert float((model.weight.detach() - before).norm()) == pytest.approx(length, rel=1e-4)


def test_the_learning_rate_warms_up_and_falls_as_a_cosine():
    chosen = settings(steps=6, report_every=1, schedule="cosine", warmup_steps=2, final_fraction=0.0, learning_rate=1.0)
    rates = [report.learning_rate for report in run(nn.Linear(1, 1), mean_output, Numbers(), chosen)]
    assert rates == pytest.approx([0.5, 1.0, 1.0, 0.853553, 0.5, 0.146447], abs=1e-6)


def test_batches_are_moved_however_deep_they_are():
    meta = torch.device("meta")
    moved = move(((torch.zeros(1), [torch.zeros(2)]), "as it is"), meta)
    assert moved[0][0].device == moved[0][1][0].device == meta
    assert moved[1] == "as it is"


def test_accumulated_mini_batches_make_one_update_of_their_mean():
    seen = []

    def loss_fn(model, batch, state):
        seen.append(model.weight.item())
        return (model.weight * batch).sum(), state

    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    chosen = settings(epochs=1, accumulate=2, optimizer="sgd", learning_rate=1.0, clip=None, weight_decay=0.0)
    reports = run(model, loss_fn, Numbers(), chosen)
    assert seen == [0.0, 0.0, -0.5]  # numbers 0 and 1 together, then 2
    assert model.weight.item() == -2.5
    assert (reports[-1].step, reports[-1].end_of_epoch) == (2, True)


def test_the_last_fraction_of_the_steps_uses_the_exact_loss():
    used = []

    def loss_of(name):
        def loss_fn(model, batch, state):
            used.append(name)
            return mean_output(model, batch, state)

        return loss_fn

    run(nn.Linear(1, 1), loss_of("rough"), Numbers(), settings(steps=8), finish=Finish(loss_of("exact"), 0.25))
    assert used == ["rough"] * 6 + ["exact"] * 2


@pytest.fixture
def clock(monkeypatch):
    """A clock that a step moves on by one second."""
    clock = SimpleNamespace(now=0.0, monotonic=lambda: clock.now)
    for module in (loop, clock_module):
        monkeypatch.setattr(module, "time", clock)
    return clock


def ticking(clock, *, slow_from=1e9):
    """Return a loss whose step takes a second, and five from some second on."""

    def loss_fn(model, batch, state):
        clock.now += 5 if clock.now >= slow_from else 1
        return mean_output(model, batch, state)

    return loss_fn


def test_the_plan_is_in_the_checkpoint(clock, tmp_path):
    path, chosen = tmp_path / "c", settings(minutes=1.0, report_every=1)
    run_ = fit(nn.Linear(1, 1), ticking(clock), Numbers(), chosen, CPU, checkpoint=Checkpoint(path, every_s=1e9))
    assert next(report.step for report in run_ if report.step == 5) == 5
    resumed = run(nn.Linear(1, 1), mean_output, Numbers(), chosen, checkpoint=Checkpoint(path), resume=True)
    assert (resumed[0].step, resumed[-1].step, resumed[-1].steps) == (4, 60, 60)


def test_a_run_cut_off_before_its_speed_was_known_measures_again(clock, tmp_path):
    path, chosen = tmp_path / "c", settings(minutes=5.0, report_every=1)
    first = fit(nn.Linear(1, 1), ticking(clock), Numbers(), chosen, CPU, checkpoint=Checkpoint(path, every_s=0.0))
    assert next(report.steps for report in first if report.step == 14) is None
    resumed = run(nn.Linear(1, 1), ticking(clock), Numbers(), chosen, checkpoint=Checkpoint(path), resume=True)
    assert (resumed[0].step, resumed[-1].step) == (14, 300)


HALF_MINUTE = {"minutes": 0.5, "report_every": 1, "schedule": "cosine", "optimizer": "adamw", "learning_rate": 0.05}


def test_a_machine_that_becomes_slow_ends_in_time_and_at_the_lowest_rate(clock):
    reports = run(nn.Linear(1, 1), ticking(clock, slow_from=15), Numbers(), settings(**HALF_MINUTE))
    assert clock.now == pytest.approx(30, rel=0.15)
    rates = [report.learning_rate for report in reports]
    assert rates == sorted(rates, reverse=True)
    assert reports[-1].step == reports[-1].steps < 25
    assert reports[-1].fraction == 1.0


def test_what_the_caller_does_between_reports_is_part_of_the_time(clock):
    for _ in fit(nn.Linear(1, 1), ticking(clock), Numbers(), settings(minutes=1.0), CPU, closing_s=2):
        clock.now += 2
    assert clock.now == pytest.approx(60, rel=0.15)


def test_a_plan_is_saved_before_a_step_is_made_by_it(clock, tmp_path):
    model, plans = nn.Linear(1, 1), set()
    saved = Checkpoint(tmp_path / "c", every_s=1e9)
    chosen = settings(**HALF_MINUTE)
    for report in fit(model, ticking(clock, slow_from=15), Numbers(), chosen, CPU, checkpoint=saved):
        if report.steps is not None:
            kept, _ = saved.load(nn.Linear(1, 1), make_optimizer(model, chosen))
            assert kept.plan.steps == report.steps
            plans.add(kept.plan)
    assert len(plans) > 1


@pytest.mark.parametrize("stop", [3, 9, 16, 17, 18])
def test_a_run_resumed_between_two_plans_ends_with_exactly_the_same_weights(stop, clock, tmp_path):
    def trained(name, *, stop=None, resume=False):
        torch.manual_seed(0)
        model, chosen = nn.Linear(1, 1), settings(**HALF_MINUTE)
        saved, rates = Checkpoint(tmp_path / name, every_s=1e9), {}
        options = {"checkpoint": saved, "resume": resume}
        for report in fit(model, ticking(clock, slow_from=15), Numbers(), chosen, CPU, **options):
            rates[report.step] = report.learning_rate
            if report.step == stop:
                break
        return model, rates

    whole, rates = trained("whole")
    clock.now = 0.0
    trained("cut", stop=stop)
    clock.now = saved_seconds(tmp_path / "cut")  # the time of the day at which the machine becomes slow is as before
    resumed, resumed_rates = trained("cut", resume=True)
    assert torch.equal(resumed.weight, whole.weight)
    assert resumed_rates == {step: rate for step, rate in rates.items() if step in resumed_rates}
    assert max(resumed_rates) == max(rates)


def saved_seconds(path):
    model = nn.Linear(1, 1)
    return Checkpoint(path).load(model, make_optimizer(model, settings(**HALF_MINUTE)))[0].seconds
