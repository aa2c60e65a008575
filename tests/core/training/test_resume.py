import pytest
import torch

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
    next_token_loss,
)
from nlpbot.core.training import (
    checkpoint as checkpoint_module,
)

CPU = torch.device("cpu")


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


def test_the_random_generator_of_a_gpu_goes_on_too(tmp_path, monkeypatch):
    chosen, gpu = settings(steps=4, report_every=1), {"state": torch.arange(16, dtype=torch.uint8)}
    monkeypatch.setattr(checkpoint_module, "_cuda", lambda model: CPU)
    monkeypatch.setattr(torch.cuda, "get_rng_state", lambda device: gpu["state"])
    monkeypatch.setattr(torch.cuda, "set_rng_state", lambda state, device: gpu.update(back=state))
    trained(chosen, tmp_path / "cut", stop_after=2)
    trained(chosen, tmp_path / "cut", resume=True)
    assert torch.equal(gpu["back"], gpu["state"])
