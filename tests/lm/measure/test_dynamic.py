import copy

import numpy as np
import pytest
import torch

from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.lm.measure import dynamic
from nlpbot.lm.measure.dynamic import Dynamics, read_dynamically, tune_dynamics
from nlpbot.lm.measure.learner import Steps
from nlpbot.lm.measure.reading import read_carried

VERSE = np.array([0, 3, 1, 4, 1, 5, 2, 6], dtype=np.uint16)


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return LanguageModel(LanguageModelConfig(vocabulary=7, embedding=6, hidden=6, tied=True))


def read(segments):
    return torch.cat([segment.log_probabilities for segment in segments])


def noise(tokens):
    return np.random.default_rng(0).integers(7, size=tokens).astype(np.uint16)


@pytest.mark.parametrize("length", [1, 3, 1000])
def test_without_a_learning_rate_it_reads_as_ever(model, length):
    dynamics = Dynamics(learning_rate=0.0, decay=0.01, length=length)
    found = read(read_dynamically(model, noise(100), dynamics, Steps.alike(model)))
    torch.testing.assert_close(found, read(read_carried(model, noise(100), torch.device("cpu"))))


@pytest.mark.parametrize(("steps", "rate"), [(Steps.alike, 0.5), (Steps.by_size, 0.02)])
def test_a_text_that_repeats_itself_is_learned_and_the_model_stays_as_it_is(model, steps, rate):
    before = copy.deepcopy(model.state_dict())
    text = np.tile(VERSE, 60)
    how = steps(model) if steps == Steps.alike else steps(model, text[:80])
    found = read(read_dynamically(model, text, Dynamics(rate, decay=0.0), how))
    assert found[-80:].mean() > found[:80].mean() + 0.5
    torch.testing.assert_close(model.state_dict(), before, rtol=0, atol=0)


def test_a_token_is_predicted_before_it_is_learned_from(model):
    """What comes later changes nothing."""
    text, other = np.tile(VERSE, 5), np.tile(VERSE, 5)
    other[-1] = 0
    one, two = (read(read_dynamically(model, ids, Dynamics(0.5, 0.0), Steps.alike(model))) for ids in (text, other))
    assert torch.equal(one[:-1], two[:-1])


def test_tuning_learns_where_that_pays_and_leaves_it_where_it_does_not(model):
    dynamics, steps = tune_dynamics(model, np.tile(VERSE, 60))
    repeats = np.roll(np.tile(VERSE[::-1], 40), 3)
    gain = read(read_dynamically(model, repeats, dynamics, steps)) - read(
        read_carried(model, repeats, torch.device("cpu"))
    )
    assert dynamics.learning_rate > 0
    assert gain.mean() > 0.3
    certain = copy.deepcopy(model)
    torch.nn.init.zeros_(certain.head.weight)
    torch.nn.init.zeros_(certain.head.bias)
    certain.eval()
    assert tune_dynamics(certain, noise(200))[0].learning_rate < dynamics.learning_rate


def test_no_trial_is_made_twice_and_their_number_is_bounded(model):
    trials = []
    dynamics, _ = tune_dynamics(model, np.tile(VERSE, 20), show=trials.append)
    assert len(set(trials)) == len(trials) <= 2 * len(dynamic.RATES) + len(dynamic.DECAYS)
    assert dynamics in trials


def test_trials_read_a_start_of_a_long_text_and_steps_come_from_what_follows(model, monkeypatch):
    monkeypatch.setattr(dynamic, "TRIAL_TOKENS", 50)
    monkeypatch.setattr(dynamic, "STATISTICS_TOKENS", 60)
    text = np.tile(VERSE, 60)
    other = text.copy()
    other[111:] = 0
    first, second = (tune_dynamics(model, ids) for ids in (text, other))
    assert first[0] == second[0]
    assert torch.equal(first[1].bias, second[1].bias)
    other[51:111] = 0
    assert not torch.equal(first[1].bias, tune_dynamics(model, other)[1].bias)
