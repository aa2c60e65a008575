import json
from functools import partial

import pytest

from nlpbot.classify import evaluate
from nlpbot.core.measures.labels import intervals

FRAUD = {
    "parcel_fee": "your parcel {} is held, pay a customs fee at https://{}.example",
    "prize": "winner {}! claim the prize of your lucky draw at https://{}.example",
    "family_emergency": "mum it is {}, i lost my phone, send money to my friend {} now",
}
HONEST = ["see you at {} for lunch, {}", "the meeting moved to {}, kind {}", "your order {} is ready, thanks {}"]
WORDS = ["amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath", "islet", "jetty"]

SETTINGS = """
data = ["messages.tsv"]
synthetic = true
[classify]
model = "linear"
folds = 2
"""


@pytest.fixture(scope="session")
def messages(tmp_path_factory):
    """60 messages of three kinds of fraud and three of honest ones, with settings beside them."""
    path = tmp_path_factory.mktemp("fraud") / "messages.tsv"
    rows = [
        f"{label}\t{kind}\t{kind}/{word}\t{skeleton.format(word, word[::-1])}"
        for label, kinds in (("scam", FRAUD), ("ok", {f"chat{n}": text for n, text in enumerate(HONEST)}))
        for kind, skeleton in kinds.items()
        for word in WORDS
    ]
    path.write_text("\n".join(["label\tkind\tgroup\ttext", *rows, ""]), encoding="utf-8")
    path.with_suffix(".toml").write_text(SETTINGS)
    return path


@pytest.fixture(scope="session")
def fraud_run(nlpbot, messages):
    """The bundle of the messages, and what training said."""
    out = messages.with_name("bundle")
    result = nlpbot("fraud", "train", messages.with_suffix(".toml"), "--out", out, "--json")
    assert result.exit_code == 0, result.stderr
    return out, json.loads(result.stdout)


@pytest.fixture(scope="session")
def scorer(fraud_run):
    from nlpbot.fraud import FraudPredictor

    return FraudPredictor.load(fraud_run[0], device="cpu")


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch):
    """Draw bootstrap intervals from 20 samples instead of 200: what they are is tested beside the metrics."""
    monkeypatch.setattr(evaluate, "intervals", partial(intervals, resamples=20))
