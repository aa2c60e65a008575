from types import SimpleNamespace

import pytest
import torch
from torch import nn

from nlpbot.core.errors import BundleError
from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.core.reproducibility import seeded
from nlpbot.core.training import (
    BestWeights,
    Checkpoint,
    MovingAverage,
    TrainSettings,
    fit,
    forgetful,
    loop,
    move,
    next_token_loss,
)
from nlpbot.core.training import clock as clock_module

CPU = torch.device("cpu")


class Numbers:
    """Three batches an epoch; what they hold tells the epoch and the place in it."""

    def __len__(self):
        return 3

    def epoch(self, number):
        yield from (torch.tensor([[10.0 * number + place]]) for place in range(3))


class Texts:
    """Random tokens, the same in the same epoch."""

    def __len__(self):
        return 4

    def epoch(self, number):
        generator = torch.Generator().manual_seed(number)
        for _ in range(4):
            ids = torch.randint(0, 7, (2, 6), generator=generator)
            yield ids[:, :-1], ids[:, 1:]


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
            wanted = model.weight.detach().clone()
        if not best.update(loss):
            break
    best.restore()
    assert steps == [1, 2, 3, 4]
    assert torch.equal(model.weight, wanted)


@pytest.mark.parametrize(("clip", "length"), [(None, 50.0), (1.0, 1.0), (1000.0, 50.0)])
def test_a_gradient_longer_than_the_clip_is_cut_to_it(clip, length):
    model = nn.Linear(2, 1, bias=False)
    before = model.weight.detach().clone()

    def loss_fn(model, batch, state):
        return (model.weight * torch.tensor([[30.0, 40.0]])).sum(), state

    run(model, loss_fn, Numbers(), settings(steps=1, learning_rate=1.0, clip=clip, weight_decay=0.0))
    assert float((model.weight.detach() - before).norm()) == pytest.approx(length, rel=1e-4)


def test_the_learning_rate_warms_up_and_falls_as_a_cosine():
    chosen = settings(steps=6, report_every=1, schedule="cosine", warmup_steps=2, final_share=0.0, learning_rate=1.0)
    rates = [report.learning_rate for report in run(nn.Linear(1, 1), mean_output, Numbers(), chosen)]
    assert rates == pytest.approx([0.5, 1.0, 1.0, 0.853553, 0.5, 0.146447], abs=1e-6)


def test_batches_are_moved_however_deep_they_are():
    meta = torch.device("meta")
    moved = move(((torch.zeros(1), [torch.zeros(2)]), "as it is"), meta)
    assert moved[0][0].device == moved[0][1][0].device == meta
    assert moved[1] == "as it is"


def language_model(seed):
    with seeded(seed):
        return LanguageModel(LanguageModelConfig(vocabulary=7, embedding=4, hidden=5, dropout=0.3))


def trained(chosen, path, *, stop_after=None, resume=False, every_s=0.0):
    """Weights, best weights and steps of a run of which each report is a validation."""
    with seeded(1):
        model = language_model(seed=5 if resume else 0)
        best = BestWeights(model)
        average = MovingAverage(model, decay=0.9)
        checkpoint = Checkpoint(path, best=best, average=average, every_s=every_s)
        options = {"finish": next_token_loss, "average": average, "checkpoint": checkpoint, "resume": resume}
        for report in fit(model, forgetful(next_token_loss, 0.3), Texts(), chosen, CPU, **options):
            best.update((report.step * 7) % 5)
            if report.step == stop_after:
                break
    return model.state_dict(), best.tensors(), average.tensors(), report.step


RESUMED = {
    "sgd": {"optimizer": "sgd", "momentum": 0.9},
    "adam": {"optimizer": "adam"},
    "adamw, cosine": {"optimizer": "adamw", "schedule": "cosine", "warmup_steps": 3},
    "accumulated, two losses": {"accumulate": 2, "finish_share": 0.4},
}


@pytest.mark.parametrize("chosen", RESUMED.values(), ids=RESUMED.keys())
@pytest.mark.parametrize("stop_after", [2, 4, 5, 9])
def test_a_resumed_run_ends_with_exactly_the_weights_of_an_uninterrupted_one(chosen, stop_after, tmp_path):
    chosen = settings(steps=10, report_every=1, learning_rate=0.05, **chosen)
    whole = trained(chosen, tmp_path / "whole")
    trained(chosen, tmp_path / "cut", stop_after=stop_after)
    resumed = trained(chosen, tmp_path / "cut", resume=True)
    assert resumed[3] == whole[3] == 10
    for ours, wanted in zip(resumed[:3], whole[:3]):
        assert ours.keys() == wanted.keys()
        assert all(torch.equal(ours[name], wanted[name]) for name in wanted)


def test_resuming_without_a_checkpoint_is_refused(tmp_path):
    with pytest.raises(BundleError, match="no checkpoint to resume from; leave --resume out"):
        trained(settings(steps=2), tmp_path / "none", resume=True)


def test_a_run_that_never_came_to_save_starts_from_its_first_weights(tmp_path):
    chosen = settings(steps=10, report_every=1, learning_rate=0.05)
    whole = trained(chosen, tmp_path / "whole")
    trained(chosen, tmp_path / "cut", stop_after=3, every_s=1e9)
    resumed = trained(chosen, tmp_path / "cut", resume=True)
    assert all(torch.equal(resumed[0][name], whole[0][name]) for name in whole[0])


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


def test_the_last_share_of_the_steps_uses_the_exact_loss():
    used = []

    def loss_of(name):
        def loss_fn(model, batch, state):
            used.append(name)
            return mean_output(model, batch, state)

        return loss_fn

    run(nn.Linear(1, 1), loss_of("rough"), Numbers(), settings(steps=8, finish_share=0.25), finish=loss_of("exact"))
    assert used == ["rough"] * 6 + ["exact"] * 2


@pytest.fixture
def clock(monkeypatch):
    """A clock that a step moves on by one second."""
    clock = SimpleNamespace(now=0.0, monotonic=lambda: clock.now)
    for module in (loop, clock_module):
        monkeypatch.setattr(module, "time", clock)
    return clock


def ticking(clock):
    def loss_fn(model, batch, state):
        clock.now += 1
        return mean_output(model, batch, state)

    return loss_fn


def test_the_frozen_number_of_steps_is_in_the_checkpoint(clock, tmp_path):
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
