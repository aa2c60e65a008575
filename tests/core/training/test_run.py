from dataclasses import replace

import pytest
import torch
from torch import nn

from nlpbot.core.kernel.reproducibility import seeded
from nlpbot.core.training import (
    Checkpoint,
    RunFolder,
    TrainingRun,
    TrainSettings,
    Validation,
    read_curves,
)

CPU = torch.device("cpu")
CHOSEN = {"steps": 20, "learning_rate": 0.3, "report_every": 1, "clip": 0.5}


class Numbers:
    """Four batches of an epoch, the same in the same epoch."""

    def __len__(self):
        return 4

    def epoch(self, number):
        generator = torch.Generator().manual_seed(number)
        for _ in range(4):
            x = torch.randn(3, 2, generator=generator)
            yield x, x.sum(dim=1, keepdim=True)


def squared(model, batch, state):
    x, y = batch
    return ((model(x) - y) ** 2).mean(), state


class Losses:
    """A validation whose losses are given; it knows how often it was asked."""

    def __init__(self, *losses):
        self.losses, self.asked = list(losses), 0

    def __call__(self):
        self.asked += 1
        return self.losses[min(self.asked, len(self.losses)) - 1]


def started(*, folder=None, validation=None, **chosen):
    with seeded(0):
        model = nn.Sequential(nn.Linear(2, 8), nn.Dropout(0.2), nn.Linear(8, 1))
    settings = TrainSettings(**{**CHOSEN, **chosen})
    return model, TrainingRun(model, squared, Numbers(), settings, CPU, validation=validation, folder=folder)


def trained(*, stop_at=None, seed=1, **options):
    """Return the model and the result of a run, or None where it was interrupted at a step."""
    with seeded(seed):
        model, run = started(**options)
        for report in run:
            if report.step == stop_at:
                return model, None
    return model, run.result


def weights(model):
    return torch.cat([value.flatten() for value in model.state_dict().values()])


def measured(result):
    return [point.step for point in result.points if point.valid_loss is not None]


def test_it_measures_at_even_fractions_of_the_way_and_at_the_end():
    _, result = trained(validation=Validation(Losses(1.0)), validations=5)
    assert measured(result) == [4, 8, 12, 16, 20]


def test_the_fewest_steps_between_two_measurings_are_kept():
    _, result = trained(validation=Validation(Losses(1.0), steps_apart=7), validations=5)
    assert measured(result) == [7, 14, 20]


def test_the_weights_kept_are_those_of_the_lowest_loss():
    model, result = trained(validation=Validation(Losses(3.0, 1.0, 2.0, 1.0)), validations=4)
    at_the_best, _ = trained(stop_at=10)
    assert torch.equal(weights(model), weights(at_the_best))
    assert (result.valid_loss, result.best_epochs, result.steps) == (1.0, 3, 20)


def test_without_a_validation_the_last_weights_are_kept():
    model, result = trained()
    last, _ = trained(stop_at=20)
    assert torch.equal(weights(model), weights(last))
    assert (result.valid_loss, result.best_epochs, measured(result)) == (None, 5, [])


def test_patience_ends_a_run_that_gets_no_better():
    _, result = trained(validation=Validation(Losses(1.0, 2.0)), validations=10, patience=3)
    assert result.steps == 8


def test_a_time_budget_leaves_kind_for_the_last_measuring_and_half_of_it_to_train(monkeypatch):
    asked = []
    monkeypatch.setattr("nlpbot.core.training.run.fit", lambda *_, closing_s, **__: asked.append(closing_s) or iter([]))
    for minutes, seconds in ((1.0, 5.0), (0.1, 5.0)):
        _, run = started(steps=None, minutes=minutes, validation=Validation(Losses(1.0), lambda s=seconds: s))
        with pytest.raises(IndexError):
            list(run)
    assert asked == [5.0, 3.0]


def test_a_result_is_there_once_the_run_is_over():
    _, run = started()
    with pytest.raises(ValueError, match="isn't over"):
        run.result  # noqa: B018
    assert [report.step for report in run] == list(range(1, 21))
    assert run.result.steps == 20


def plain(result):
    return replace(result, seconds=0.0, points=tuple(replace(point, seconds=0.0) for point in result.points))


@pytest.mark.parametrize("average", [0.0, 0.8])
@pytest.mark.parametrize("stop_at", [1, 9, 20])
def test_a_resumed_run_ends_as_if_it_had_never_stopped(average, stop_at, tmp_path, monkeypatch):
    options = {"validations": 5, "average": average, "optimizer": "sgd", "momentum": 0.9, "learning_rate": 0.01}
    whole = trained(validation=Validation(lambda: 1.0), **options)

    def validation():
        return Validation(lambda: 1.0)

    monkeypatch.setattr(Checkpoint, "due", lambda self: True)
    trained(folder=RunFolder(tmp_path), validation=validation(), stop_at=stop_at, **options)
    torch.rand(5)  # what happens between the two must not matter
    resumed = trained(folder=RunFolder(tmp_path, resume=True), validation=validation(), seed=7, **options)
    assert torch.equal(weights(resumed[0]), weights(whole[0])) or stop_at == 1
    assert stop_at == 1 or plain(resumed[1]) == plain(whole[1])
    assert read_curves(tmp_path / "curves.jsonl")[-1].step == 20


def test_without_a_checkpoint_a_resumed_run_begins(tmp_path):
    whole = trained()
    trained(folder=RunFolder(tmp_path), stop_at=3)
    assert not (tmp_path / "checkpoint.safetensors").exists()  # half a minute lost is lost
    resumed = trained(folder=RunFolder(tmp_path, resume=True))
    assert torch.equal(weights(resumed[0]), weights(whole[0]))


def test_a_run_that_is_over_is_not_trained_again_when_what_came_after_is_resumed(tmp_path):
    model, result = trained(folder=RunFolder(tmp_path, every_s=0.0), validation=Validation(Losses(2.0, 1.0, 3.0)))
    assert not (tmp_path / "checkpoint.safetensors").exists()
    other, run = started(folder=RunFolder(tmp_path, resume=True), validation=Validation(Losses(9.0)))
    assert list(run) == []
    assert run.result == result
    assert torch.equal(weights(other), weights(model))


def test_a_short_run_leaves_nothing_to_resume_but_its_curves(tmp_path):
    trained(folder=RunFolder(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["curves.jsonl"]


CHANGES = {
    "steps": 12,
    "epochs": 2,
    "optimizer": "sgd",
    "learning_rate": 0.1,
    "weight_decay": 0.3,
    "clip": 0.01,
    "schedule": "constant",
    "warmup_steps": 4,
    "final_fraction": 0.5,
    "accumulate": 2,
    "average": 0.9,
    "validations": 3,
    "patience": 1,
    "report_every": 5,
    "momentum": 0.9,
    "minutes": 0.001,
    "batch_size": 7,
}


def test_every_setting_is_tried():
    assert CHANGES.keys() == TrainSettings.model_fields.keys()


@pytest.mark.parametrize("name", CHANGES.keys() - {"batch_size"})  # that is what the batches are made with
def test_every_setting_has_an_effect(name):
    length = {"steps": None} if name in ("epochs", "minutes") else {}
    base = {"optimizer": "sgd", "learning_rate": 0.01} if name == "momentum" else {}
    results = [
        trained(validation=Validation(Losses(*range(9, 0, -1), 5.0)) if name != "patience" else Validation(Losses(1.0)),
                **{**base, **chosen})
        for chosen in ({}, {**length, name: CHANGES[name]})
    ]  # fmt: skip
    (one, before), (other, after) = results
    assert not torch.equal(weights(one), weights(other)) or plain(before) != plain(after)
