import json
from functools import partial

import pytest
import torch

from nlpbot.classify import evaluate
from nlpbot.classify.config import ClassifySettings
from nlpbot.classify.data import Labelled
from nlpbot.core.kernel.config import parse_settings
from nlpbot.core.measures.labels import intervals
from nlpbot.core.text.labelled import Example

CITIES = ["leeds", "york", "bath", "derby", "ely", "truro", "wells", "ripon", "exeter", "lincoln", "durham", "hull"]
ASKED = {
    "weather": ["will it rain in {}", "how cold is it in {} today", "is there snow over {}"],
    "travel": ["book me a train to {}", "two tickets for {} please", "when does the bus reach {}"],
}
RAW = {
    "data": ["asked.tsv"],
    "folds": 2,
    "lstm": {
        "network": {"hidden": 8},
        "max_tokens": 12,
        "min_count": 1,
        "word2vec": {"dim": 8, "min_count": 1, "epochs": 3},
    },
    "train": {"epochs": 4, "batch_size": 8, "learning_rate": 0.02},
}


@pytest.fixture(scope="session")
def asked():
    """72 questions in two labels; those about one city are a group."""
    return [
        Example(skeleton.format(city), label, group=city)
        for label, skeletons in ASKED.items()
        for skeleton in skeletons
        for city in CITIES
    ]


@pytest.fixture(scope="session")
def rows(asked):
    return Labelled.of(asked)


@pytest.fixture(scope="session")
def settings():
    return parse_settings(RAW, ClassifySettings, where="test")


@pytest.fixture(scope="session")
def cpu():
    return torch.device("cpu")


@pytest.fixture(scope="session")
def trained(rows, settings, cpu):
    from nlpbot.classify.train import train_classifier

    return train_classifier(rows, settings.model_copy(update={"model": "stacked"}), cpu)


@pytest.fixture(scope="session")
def asked_file(asked, tmp_path_factory):
    """The questions as a table, with settings beside it."""
    path = tmp_path_factory.mktemp("asked") / "asked.tsv"
    lines = [f"{example.label}\t{example.group}\t{example.text}" for example in asked]
    path.write_text("\n".join(["label\tgroup\ttext", *lines, ""]), encoding="utf-8")
    toml = ['data = ["asked.tsv"]', "folds = 2"]
    for name in ("lstm", "train"):
        plain = {key: value for key, value in RAW[name].items() if not isinstance(value, dict)}
        toml += [f"[{name}]", *(f"{key} = {value}" for key, value in plain.items())]
    for name in ("network", "word2vec"):
        toml += [f"[lstm.{name}]", *(f"{key} = {value}" for key, value in RAW["lstm"][name].items())]
    path.with_name("asked.toml").write_text("\n".join(toml), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def asked_run(nlpbot, asked_file):
    """The bundle of the questions, and what training said."""
    out = asked_file.with_name("bundle")
    result = nlpbot("classify", "train", asked_file.with_suffix(".toml"), "--model", "stacked", "--out", out, "--json")
    assert result.exit_code == 0, result.stderr
    return out, json.loads(result.stdout)


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch):
    """Draw bootstrap intervals from 20 samples instead of 200: what they are is tested beside the metrics."""
    monkeypatch.setattr(evaluate, "intervals", partial(intervals, resamples=20))
