"""Training, measuring and writing on each device; those that are not there are left out."""

import copy
from dataclasses import replace

import pytest
import torch

from nlpbot.core.config import parse_settings
from nlpbot.core.nn import Sampling
from nlpbot.lm.config import LmSettings
from nlpbot.lm.data import Corpus, Pieces, train_tokenizer
from nlpbot.lm.evaluate import mean_loss
from nlpbot.lm.generate import Writing, best_texts, write_on
from nlpbot.lm.predictor import LmPredictor
from nlpbot.lm.train import train_lm

TEXT = "one two three four. four three two one. " * 20
SETTINGS = {
    "length": 9,
    "network": {"embedding": 8, "hidden": 32, "dropout": 0.1, "weight_drop": 0.1},
    "train": {"steps": 150, "batch_size": 4, "learning_rate": 0.02},
}
DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)]


@pytest.mark.parametrize("kind", ["char", "word"])
@pytest.mark.parametrize("name", DEVICES)
def test_a_model_learns_on_a_device_and_is_the_same_model_elsewhere(name, kind, tmp_path):
    own = {"tokenizer": {"kind": kind}, "noise": 4 if kind == "word" else 0}
    settings = parse_settings(SETTINGS | own, LmSettings, where="test")
    train, valid = Pieces(text=TEXT).split(0.2)
    corpus = Corpus.of(train, valid, train_tokenizer(train, settings.tokenizer))
    trained = train_lm(corpus, settings, torch.device(name), folder=tmp_path).predictor
    assert trained.model.head.bias.device.type == name
    loss = mean_loss(trained.model, corpus.valid, torch.device(name)).per_token
    assert loss < 1.5
    here = LmPredictor(copy.deepcopy(trained.model), trained.tokenizer, torch.device("cpu"))
    assert mean_loss(here.model, corpus.valid, torch.device("cpu")).per_token == pytest.approx(loss, abs=1e-4)
    writing = Writing(Sampling(temperature=0, max_tokens=20), samples=2)
    assert write_on(trained, "one two", writing) == write_on(here, "one two", writing)
    found, wanted = (best_texts(each, "one two", replace(writing, beams=3)) for each in (trained, here))
    assert [text.text for text in found] == [text.text for text in wanted]
