from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.core.training import TrainSettings
from nlpbot.lm import validation as validation_module
from nlpbot.lm.config import TokenizerSettings
from nlpbot.lm.data import Corpus, Pieces, train_tokenizer
from nlpbot.lm.evaluate import Loss, mean_loss
from nlpbot.lm.validation import validation_of

STEPS, MINUTE = TrainSettings(steps=100), TrainSettings(minutes=1.0, accumulate=2)


@pytest.fixture(scope="module")
def corpus():
    train, valid = Pieces(text="one two three four. " * 40).split(0.25)
    return Corpus.of(train, valid, train_tokenizer(train, TokenizerSettings()))


@pytest.fixture
def model(corpus):
    torch.manual_seed(0)
    return LanguageModel(LanguageModelConfig(vocabulary=len(corpus.tokenizer.vocabulary), embedding=2, hidden=3))


def test_the_loss_is_that_of_the_text_kept_back_and_draws_nothing_at_random(corpus, model):
    before = torch.get_rng_state()
    found = validation_of(model, corpus, STEPS, tokens_a_batch=10)
    assert found.loss() == mean_loss(model, corpus.measured, torch.device("cpu")).per_token
    found.seconds()
    assert torch.equal(torch.get_rng_state(), before)


def test_in_a_time_budget_at_least_as_much_is_trained_on_as_is_measured_on(corpus, model):
    assert validation_of(model, corpus, MINUTE, tokens_a_batch=10).steps_apart == len(corpus.measured) // 20
    assert validation_of(model, corpus, STEPS, tokens_a_batch=10).steps_apart == 0


def test_without_a_text_to_measure_on_there_is_no_validation(corpus, model):
    assert validation_of(model, replace(corpus, valid=corpus.valid[:1]), STEPS, tokens_a_batch=10) is None


def test_a_part_tells_how_long_all_of_it_will_take(corpus, model, monkeypatch):
    clock = SimpleNamespace(now=0.0, slow=20, monotonic=lambda: clock.now)

    def read(model, ids, device, *, streams=None):  # a token a tenth of a second, the first time two
        clock.now += len(ids) * clock.slow / 10
        clock.slow = 1
        return Loss(0.0, len(ids))

    monkeypatch.setattr(validation_module, "time", clock)
    monkeypatch.setattr(validation_module, "mean_loss", read)
    seconds = validation_of(model, corpus, MINUTE, tokens_a_batch=10).seconds()
    assert seconds == pytest.approx(len(corpus.measured) / 10, rel=0.05)
