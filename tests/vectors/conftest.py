import json
import random

import pytest

RNG = random.Random(2)
TOPICS = [["cat", "dog", "hen", "cow", "pig", "fox"], ["bank", "loan", "cash", "debt", "coin", "bill"]]
TEXT = "\n".join(" ".join(RNG.choices(topic, k=8)) for _ in range(150) for topic in TOPICS)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory):
    """A text on two topics that share no word."""
    path = tmp_path_factory.mktemp("corpus") / "topics.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def trained(nlpbot, corpus):
    """The bundle of that text, and what training said."""
    out = corpus.parent / "bundle"
    result = nlpbot("vectors", "train", corpus, "--out", out, "--dim", "12", "--json")
    assert result.exit_code == 0, result.stderr
    return out, json.loads(result.stdout)


@pytest.fixture(scope="session")
def bundle(trained):
    return trained[0]
