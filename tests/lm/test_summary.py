from dataclasses import replace
from pathlib import Path

import pytest
import torch

from nlpbot.core.kernel.config import parse_settings
from nlpbot.core.training import Point
from nlpbot.lm.baseline import fit_baseline
from nlpbot.lm.config import LmSettings
from nlpbot.lm.data import Corpus, Pieces, train_tokenizer
from nlpbot.lm.decoding import DecodingChoice
from nlpbot.lm.summary import Summary
from nlpbot.lm.train import train_lm

SETTINGS = {"length": 9, "network": {"embedding": 4, "hidden": 8}, "train": {"steps": 4, "batch_size": 2}}


@pytest.fixture(scope="module")
def summary():
    settings = parse_settings(SETTINGS, LmSettings, where="test")
    train, valid = Pieces(text="the cat sat on the mat. " * 20).split(0.2)
    corpus = Corpus.of(train, valid, train_tokenizer(train, settings.tokenizer))
    trained = train_lm(corpus, settings, torch.device("cpu"))
    size = len(corpus.tokenizer.vocabulary)
    baseline = fit_baseline(corpus.train, corpus.measured, vocabulary=size, kind="char", bytes_a_token=1.0)
    return Summary(trained, baseline, corpus, settings)


@pytest.mark.parametrize(
    ("settings", "protocol"),
    [
        ({}, "the last 10% of the text kept back to validate on"),
        ({"valid": "v.txt"}, "validated on a file of its own"),
        ({"valid": "v.txt", "valid_fraction": 0.0}, "validated on a file of its own"),
        ({"valid_fraction": 0.0}, "nothing kept back to validate on"),
    ],
)
def test_the_protocol_says_what_was_measured_on(summary, settings, protocol):
    assert replace(summary, settings=summary.settings.model_copy(update=settings)).protocol == protocol


def test_a_protocol_says_where_only_a_part_was_measured_on(summary):
    part = replace(summary, corpus=replace(summary.corpus, most_measured=30))
    assert part.protocol.endswith("kept back to validate on, its first 30 tokens")


def test_a_record_leaves_out_what_there_is_not(summary):
    trained = replace(summary.trained, decoding=DecodingChoice("int8", 0.001), prediction="he")
    points = tuple(Point(n, 1 / n, 1.0 + n, 0.1, n) for n in range(1, 9))
    trained = replace(trained, run=replace(trained.run, points=points))
    record = summary.record({"a.txt": "0" * 64})
    assert set(record.metrics) == {"train_loss", "valid_loss", "perplexity", "steps"}
    assert (record.settings, record.data) == (summary.settings, {"a.txt": "0" * 64})
    assert record.baseline
    assert not replace(summary, baseline=None).record({}).baseline
    more = replace(summary, trained=trained).record({}).metrics
    assert {"int8_cost", "prediction", "overfitting_from_step"} < set(more)


def test_both_models_stand_side_by_side(summary):
    table = summary.table(Path("b"))
    assert table.columns[2] == summary.baseline.name
    assert "it counted all of the text" in table.notes[0]
