import copy
from dataclasses import replace

import pytest
import torch

from nlpbot.core.kernel.config import parse_settings
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.training import Checkpoint, RunFolder
from nlpbot.generation import Sampling
from nlpbot.lm.config import LmSettings
from nlpbot.lm.data import Corpus, Pieces, train_tokenizer
from nlpbot.lm.evaluate import mean_loss
from nlpbot.lm.generate import GenerationOptions, best_texts, sample_texts
from nlpbot.lm.predictor import LmPredictor
from nlpbot.lm.train import train_lm

CPU = torch.device("cpu")
TEXT = "one two three four. four three two one. " * 8
RAW = {
    "length": 7,
    "reset_probability": 0.3,
    "network": {"embedding": 4, "hidden": 6, "dropout": 0.2, "layers": 2},
    "train": {"steps": 40, "batch_size": 3, "learning_rate": 0.05, "report_every": 1},
}
SETTINGS = parse_settings(RAW, LmSettings, where="test")


@pytest.fixture(scope="module")
def corpus():
    train, valid = Pieces(text=TEXT).split(0.2)
    return Corpus.of(train, valid, train_tokenizer(train, SETTINGS.tokenizer))


def weights(trained):
    return trained.predictor.model.state_dict()


def same(one, other):
    return all(torch.equal(one[name], other[name]) for name in one)


def test_a_seed_repeats_and_another_differs(corpus, tmp_path):
    first, again = (train_lm(corpus, SETTINGS, CPU) for _ in range(2))
    assert same(weights(first), weights(again))
    other = train_lm(corpus, SETTINGS.model_copy(update={"seed": 1}), CPU)
    assert not same(weights(first), weights(other))


def test_the_weights_kept_are_the_best_on_validation(corpus, tmp_path):
    trained = train_lm(corpus, SETTINGS, CPU)
    measured = [point.valid_loss for point in trained.run.points if point.valid_loss is not None]
    assert len(measured) == 10
    assert trained.run.valid_loss == min(measured)
    assert trained.run.points[-1].step == trained.run.steps == 40


def test_patience_ends_a_run_that_gets_no_better(corpus, tmp_path):
    train = SETTINGS.train.model_copy(update={"learning_rate": 1e-30, "patience": 2})
    settings = SETTINGS.model_copy(update={"train": train})
    assert train_lm(corpus, settings, CPU).run.steps < 40


def test_without_validation_the_last_weights_stay_and_a_short_text_is_read_aloud(tmp_path):
    train = {"steps": 150, "learning_rate": 0.1, "batch_size": 1}
    plain = parse_settings({"reset_probability": 0, "network": {"hidden": 8}, "train": train}, LmSettings, where="test")
    corpus = Corpus.of(["abcab"], [], train_tokenizer(["abcab"], plain.tokenizer))
    trained = train_lm(corpus, plain, CPU)
    assert trained.run.valid_loss is None
    assert trained.run.train_loss < 0.1
    assert trained.prediction == "bcab"


def averaged(corpus, decay):
    given = SETTINGS.train.model_copy(update={"average": decay})
    return train_lm(corpus, SETTINGS.model_copy(update={"train": given}), CPU)


def test_the_average_of_the_weights_is_kept_whether_it_is_measured_or_not(corpus, tmp_path):
    unmeasured = replace(corpus, valid=corpus.valid[:0])
    average, last = (averaged(unmeasured, decay).predictor.model for decay in (0.9, 0.0))
    expected = averaged(corpus, 0.9).run.points[-1].valid_loss
    assert mean_loss(average, corpus.measured, CPU).per_token == pytest.approx(expected, rel=1e-5)
    assert mean_loss(last, corpus.measured, CPU).per_token != pytest.approx(expected, rel=1e-3)


def test_a_text_of_one_token_is_refused(corpus, tmp_path):
    with pytest.raises(DataError, match="at least 2 expected"):
        train_lm(replace(corpus, train=corpus.train[:1]), SETTINGS, CPU)


@pytest.mark.parametrize("stop", [2, 14, 29])
def test_a_run_that_was_stopped_goes_on_to_the_same_weights_and_curves(corpus, tmp_path, monkeypatch, stop):
    whole = train_lm(corpus, SETTINGS, CPU)
    monkeypatch.setattr(Checkpoint, "due", lambda self: True)

    def stopping(report):
        if report.step == stop:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_lm(corpus, SETTINGS, CPU, folder=RunFolder(tmp_path), show=stopping)
    torch.rand(7)  # what happens between the two must not matter
    resumed = train_lm(corpus, SETTINGS, CPU, folder=RunFolder(tmp_path, resume=True))
    assert same(weights(whole), weights(resumed))
    assert resumed.run.valid_loss == whole.run.valid_loss
    assert [replace(point, seconds=0) for point in resumed.run.points] == [
        replace(p, seconds=0) for p in whole.run.points
    ]


def test_a_run_with_all_that_is_drawn_by_chance_goes_on_to_the_same_weights(tmp_path, monkeypatch):
    network = {**RAW["network"], "tied": True, "embedding": 6, "weight_drop": 0.3, "embedding_dropout": 0.2}
    train = {**RAW["train"], "optimizer": "sgd", "learning_rate": 1.0, "accumulate": 2}
    kind = {"tokenizer": {"kind": "word"}, "noise": 5, "finish_fraction": 0.3}
    settings = parse_settings({**RAW, "network": network, "train": train, **kind}, LmSettings, where="test")
    corpus = Corpus.of([TEXT], [TEXT[:40]], train_tokenizer([TEXT], settings.tokenizer))
    whole = train_lm(corpus, settings, CPU)

    def stopping(report):
        if report.step == 17:
            raise KeyboardInterrupt

    monkeypatch.setattr(Checkpoint, "due", lambda self: True)
    with pytest.raises(KeyboardInterrupt):
        train_lm(corpus, settings, CPU, folder=RunFolder(tmp_path), show=stopping)
    resumed = train_lm(corpus, settings, CPU, folder=RunFolder(tmp_path, resume=True))
    assert same(weights(whole), weights(resumed))


def test_a_time_budget_becomes_a_number_of_steps(corpus, tmp_path):
    train = SETTINGS.train.model_copy(update={"steps": None, "minutes": 0.002})
    trained = train_lm(corpus, SETTINGS.model_copy(update={"train": train}), CPU)
    assert trained.run.steps >= 1
    assert trained.run.valid_loss is not None


LEARNS = {
    "length": 9,
    "network": {"embedding": 8, "hidden": 32, "dropout": 0.1, "weight_drop": 0.1},
    "train": {"steps": 150, "batch_size": 4, "learning_rate": 0.02},
}


@pytest.mark.parametrize("kind", ["char", "word"])
@pytest.mark.parametrize("name", ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
def test_a_model_learns_on_a_device_and_is_the_same_model_elsewhere(name, kind, tmp_path):
    own = {"tokenizer": {"kind": kind}, "noise": 4 if kind == "word" else 0}
    settings = parse_settings(LEARNS | own, LmSettings, where="test")
    train, valid = Pieces(text=TEXT * 2).split(0.2)
    corpus = Corpus.of(train, valid, train_tokenizer(train, settings.tokenizer))
    trained = train_lm(corpus, settings, torch.device(name)).predictor
    assert trained.model.head.bias.device.type == name
    loss = mean_loss(trained.model, corpus.valid, torch.device(name)).per_token
    assert loss < 1.5
    here = LmPredictor(copy.deepcopy(trained.model), trained.tokenizer, torch.device("cpu"))
    assert mean_loss(here.model, corpus.valid, torch.device("cpu")).per_token == pytest.approx(loss, abs=1e-4)
    options = GenerationOptions(Sampling(temperature=0, max_tokens=20), samples=2)
    assert sample_texts(trained, "one two", options) == sample_texts(here, "one two", options)
    found, expected = (best_texts(each, "one two", replace(options, beams=3)) for each in (trained, here))
    assert [text.text for text in found] == [text.text for text in expected]
