import json

import pytest

RHYME = "the cat sat on the mat.\nthe dog sat on the log.\nthe hen sat on the pen.\n" * 12

SETTINGS = """
corpus = ["rhyme.txt"]
length = 12

[network]
embedding = 8
hidden = 32
dropout = 0.05

[train]
steps = 200
batch_size = 4
learning_rate = 0.02
report_every = 10
"""


@pytest.fixture(scope="session")
def rhyme(tmp_path_factory):
    """A settings file beside its corpus."""
    folder = tmp_path_factory.mktemp("rhyme")
    (folder / "rhyme.txt").write_text(RHYME, encoding="utf-8")
    (folder / "rhyme.toml").write_text(SETTINGS, encoding="utf-8")
    return folder / "rhyme.toml"


@pytest.fixture(scope="session")
def rhyme_run(nlpbot, rhyme):
    """The bundle of the rhyme, and what training said."""
    out = rhyme.parent / "bundle"
    result = nlpbot("lm", "train", rhyme, "--out", out, "--json")
    assert result.exit_code == 0, result.stderr
    return out, json.loads(result.stdout)


@pytest.fixture(scope="session")
def rhymer(rhyme_run):
    from nlpbot.lm import LmPredictor

    return LmPredictor.load(rhyme_run[0], device="cpu")
