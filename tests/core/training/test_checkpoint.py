import resource
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.kernel.reproducibility import seeded
from nlpbot.core.nn import LanguageModel, LanguageModelConfig, next_token_loss, with_state_resets
from nlpbot.core.training import (
    BestWeights,
    Checkpoint,
    Finish,
    MovingAverage,
    TrainSettings,
    checkpoint,
    fit,
)
from nlpbot.core.training.checkpoint import Position
from nlpbot.core.training.clock import Plan
from nlpbot.core.training.optimizer import make_optimizer

CPU = torch.device("cpu")
HERE = Position(step=7, plan=Plan(3, 0.1, 20, 1.7), epoch=1, batch=2, seconds=61.5)
SETTINGS = TrainSettings(steps=20, optimizer="adamw")


def stepped(size=3):
    """A model whose optimizer has something to remember."""
    model = nn.Linear(size, 2)
    optimizer = make_optimizer(model, SETTINGS)
    model(torch.ones(1, size)).sum().backward()
    optimizer.step()
    return model, optimizer


def equal(ours, expected):
    return ours.keys() == expected.keys() and all(torch.equal(ours[name], expected[name]) for name in expected)


def test_everything_comes_back(tmp_path):
    model, optimizer = stepped()
    best = BestWeights(model)
    best.update(1.5)
    best.update(2.0)
    state = [(torch.ones(2, 3), torch.zeros(2, 3)), (torch.full((2, 4), 5.0), torch.full((2, 4), 6.0))]
    Checkpoint(tmp_path / "c", best=best).save(HERE, model, optimizer, state)
    wanted_random = torch.rand(3)

    other, other_optimizer = stepped()
    other_best = BestWeights(other)
    position, loaded = Checkpoint(tmp_path / "c", best=other_best).load(other, other_optimizer)
    assert position == HERE
    assert equal(other.state_dict(), model.state_dict())
    for index, values in optimizer.state_dict()["state"].items():
        assert equal(other_optimizer.state_dict()["state"][index], values)
    assert all(torch.equal(a, b) for pair, expected in zip(loaded, state, strict=True) for a, b in zip(pair, expected))
    assert (other_best.loss, other_best.since_best) == (1.5, 1)
    assert equal(other_best.tensors(), best.tensors())
    assert torch.equal(torch.rand(3), wanted_random)


def test_no_plan_yet_and_no_state_come_back_too(tmp_path):
    model, optimizer = stepped()
    Checkpoint(tmp_path / "c", best=BestWeights(model)).save(Position(3, None, 0, 3), model, optimizer, None)
    best = BestWeights(model)
    assert Checkpoint(tmp_path / "c", best=best).load(model, optimizer) == (Position(3, None, 0, 3), None)
    assert best.loss == float("inf")


def test_it_is_due_after_so_many_seconds(tmp_path, monkeypatch):
    clock = SimpleNamespace(now=100.0, monotonic=lambda: clock.now)
    monkeypatch.setattr(checkpoint, "time", clock)
    saved = Checkpoint(tmp_path / "c", every_s=30)
    clock.now = 129.0
    assert not saved.due()
    clock.now = 130.0
    assert saved.due()
    saved.save(HERE, *stepped(), None)
    assert not saved.due()


def cut(content):
    return content[: len(content) // 2]


def flipped_length(content):
    return bytes([content[0] ^ 0xFF]) + content[1:]


@pytest.mark.parametrize("damage", [cut, flipped_length, lambda _: b"", lambda _: b"not a checkpoint at all"])
def test_a_damaged_checkpoint_gives_one_line(damage, tmp_path):
    path = tmp_path / "c"
    Checkpoint(path).save(HERE, *stepped(), None)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(BundleError, match=str(path)):
        Checkpoint(path).load(*stepped())


def test_a_byte_that_is_no_text_in_its_numbers_gives_one_line(tmp_path):
    path = tmp_path / "c"
    Checkpoint(path).save(HERE, *stepped(), None)
    content = path.read_bytes()
    start = content.index(b'{"step"')
    end = content.index(b"}", start)
    for place in range(start, end):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x80]) + content[place + 1 :])
        with pytest.raises(BundleError, match="damaged; leave --resume out to start anew"):
            Checkpoint(path).load(*stepped())


def test_a_flipped_bit_in_the_weights_is_noticed(tmp_path):
    path = tmp_path / "c"
    model, optimizer = stepped()
    Checkpoint(path).save(HERE, model, optimizer, None)
    content = path.read_bytes()
    start = content.index(model.weight.detach().numpy().tobytes())
    path.write_bytes(content[:start] + bytes([content[start] ^ 1]) + content[start + 1 :])
    with pytest.raises(BundleError, match="damaged; leave --resume out"):
        Checkpoint(path).load(*stepped())


def test_a_checkpoint_of_another_model_is_refused(tmp_path):
    path = tmp_path / "c"
    Checkpoint(path).save(HERE, *stepped(size=3), None)
    with pytest.raises(BundleError, match="of another model or damaged"):
        Checkpoint(path).load(*stepped(size=4))


def test_a_full_disk_loses_nothing(tmp_path):
    path = tmp_path / "c"
    model, optimizer = stepped()
    Checkpoint(path).save(HERE, model, optimizer, None)
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))  # bytes that a file may have
    try:
        with pytest.raises(BundleError, match="can't be written"):
            Checkpoint(path).save(Position(8, HERE.plan, 1, 3), model, optimizer, None)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == before
    Checkpoint(path).save(Position(8, HERE.plan, 1, 3), model, optimizer, None)
    assert Checkpoint(path).load(model, optimizer)[0].step == 8


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


def language_model(seed):
    with seeded(seed):
        return LanguageModel(LanguageModelConfig(vocabulary=7, embedding=4, hidden=5, dropout=0.3))


def trained(chosen, path, *, finish=0.0, stop_after=None, resume=False, every_s=0.0):
    """Weights, best weights and steps of a run of which each report is a validation."""
    with seeded(1):
        model = language_model(seed=5 if resume else 0)
        best = BestWeights(model)
        average = MovingAverage(model, decay=0.9)
        saved = Checkpoint(path, best=best, average=average, every_s=every_s)
        exact = Finish(next_token_loss, finish)
        options = {"finish": exact, "average": average, "checkpoint": saved, "resume": resume}
        for report in fit(model, with_state_resets(next_token_loss, 0.3), Texts(), chosen, CPU, **options):
            best.update((report.step * 7) % 5)
            if report.step == stop_after:
                break
    return model.state_dict(), best.tensors(), average.tensors(), report.step


RESUMED = {
    "sgd": {"optimizer": "sgd", "momentum": 0.9},
    "adam": {"optimizer": "adam"},
    "adamw, cosine": {"optimizer": "adamw", "schedule": "cosine", "warmup_steps": 3},
    "accumulated, two losses": {"accumulate": 2, "finish": 0.4},
}


@pytest.mark.parametrize("chosen", RESUMED.values(), ids=RESUMED.keys())
@pytest.mark.parametrize("stop_after", [2, 4, 5, 9])
def test_a_resumed_run_ends_with_exactly_the_weights_of_an_uninterrupted_one(chosen, stop_after, tmp_path):
    finish, rest = chosen.get("finish", 0.0), {name: value for name, value in chosen.items() if name != "finish"}
    chosen = settings(steps=10, report_every=1, learning_rate=0.05, **rest)
    whole = trained(chosen, tmp_path / "whole", finish=finish)
    trained(chosen, tmp_path / "cut", finish=finish, stop_after=stop_after)
    resumed = trained(chosen, tmp_path / "cut", finish=finish, resume=True)
    assert resumed[3] == whole[3] == 10
    for ours, expected in zip(resumed[:3], whole[:3]):
        assert ours.keys() == expected.keys()
        assert all(torch.equal(ours[name], expected[name]) for name in expected)


def test_resuming_without_a_checkpoint_is_refused(tmp_path):
    with pytest.raises(BundleError, match="no checkpoint to resume from; leave --resume out"):
        trained(settings(steps=2), tmp_path / "none", resume=True)


def test_the_random_generator_of_a_gpu_goes_on_too(tmp_path, monkeypatch):
    chosen, gpu = settings(steps=4, report_every=1), {"state": torch.arange(16, dtype=torch.uint8)}
    monkeypatch.setattr(checkpoint, "_cuda", lambda model: CPU)
    monkeypatch.setattr(torch.cuda, "get_rng_state", lambda device: gpu["state"])
    monkeypatch.setattr(torch.cuda, "set_rng_state", lambda state, device: gpu.update(back=state))
    trained(chosen, tmp_path / "cut", stop_after=2)
    trained(chosen, tmp_path / "cut", resume=True)
    assert torch.equal(gpu["back"], gpu["state"])
