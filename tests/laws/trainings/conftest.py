"""All `train` commands, as the laws see them, on tiny data. A new one is one more line in TRAININGS."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from nlpbot.core.bundles.manifest import read_manifest

TINY = Path(__file__).parents[2] / "tiny"


@dataclass(frozen=True)
class Given:
    """A file that a command is given after an option or none: one of tests/tiny, or text that is written to one."""

    source: str
    text: str | None = None
    option: tuple[str, ...] = ()

    def arguments(self, folder: Path) -> tuple[object, ...]:
        if self.text is None:
            return (*self.option, TINY / self.source)
        (folder / self.source).write_text(self.text, encoding="utf-8")
        return (*self.option, folder / self.source)


@dataclass(frozen=True)
class Training:
    """The commands of a family: what it trains on, and what a bundle of its is measured on."""

    family: str
    data: Given
    measured: Given
    computes: tuple[str, ...] = ("--device", "cpu")

    def __str__(self) -> str:
        return self.family

    def arguments(self, folder: Path) -> tuple[object, ...]:
        return (self.family, "train", *self.data.arguments(folder))

    def evaluation(self, bundle: Path, folder: Path) -> tuple[object, ...]:
        return (self.family, "evaluate", bundle, *self.measured.arguments(folder), *self.computes)


VECTORS = f'''corpus = ["{TINY / "small.txt"}"]
[word2vec]
dim = 8
min_count = 1
epochs = 1
workers = 1
'''
CLASSIFY = f'''data = ["{TINY / "fraud.tsv"}"]
folds = 2
[lstm]
min_count = 1
network = {{hidden = 4}}
word2vec = {{dim = 4, min_count = 1, epochs = 1}}
[train]
epochs = 2
batch_size = 8
'''
RETRIEVAL = f'data = ["{TINY / "faq.csv"}"]\ntrain = {{epochs = 25, batch_size = 64}}\n'
PAIRS = "the\tcat\t3\nsat\ton\t5\ncat\tsat\t1\n"
ASKED = "gist\tquestion\ncheck_link\tlink looks odd\n"
MESSAGES = Given("fraud.tsv", option=("--test",))
TRAININGS = [
    Training("lm", Given("lm.toml"), Given("small.txt")),
    Training("vectors", Given("vectors.toml", VECTORS), Given("pairs.tsv", PAIRS, ("--similarity",)), computes=()),
    Training("classify", Given("classify.toml", CLASSIFY), MESSAGES),
    Training("fraud", Given("fraud.toml"), MESSAGES),
    Training("retrieval", Given("retrieval.toml", RETRIEVAL), Given("faq.csv", option=("--test",))),
    Training("chat", Given("chat.toml"), Given("asked.tsv", ASKED, ("--questions",))),
    Training("sentences", Given("sentences.toml"), Given("paraphrases", option=("--paraphrases",))),
    Training("vision", Given("vision.toml"), Given("vision.toml")),
]


@pytest.fixture(scope="session")
def tiny() -> Path:
    """Return the folder of tiny data."""
    return TINY


@pytest.fixture(scope="session")
def train(nlpbot: Callable[..., Result], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Result]:
    """Run a training on the CPU; its bundle is `out`."""

    def run(training: Training, out: Path, *options: object) -> Result:
        source = tmp_path_factory.mktemp(training.family)
        return nlpbot(*training.arguments(source), "--out", out, *training.computes, *options)

    return run


@pytest.fixture(scope="session")
def trained(
    train: Callable[..., Result], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Training], tuple[Path, Result]]:
    """Return the bundle of a training with seed 3, and what it printed as JSON; trained once."""

    @cache
    def run(training: Training) -> tuple[Path, Result]:
        out = tmp_path_factory.mktemp(training.family) / "out"
        return out, train(training, out, "--json", "--seed", "3")

    return run


def _untimed(measured: Any) -> Any:
    """What was measured, but for what the clock says."""
    if isinstance(measured, dict):
        return {key: _untimed(value) for key, value in measured.items() if "second" not in key}
    return measured


def _made(folder: Path) -> list[Any]:
    manifest = read_manifest(folder)
    files = {name: sha256 for name, sha256 in manifest.files.items() if name != "curves.jsonl"}
    return [files, _untimed(manifest.metrics), *(_made(folder / "parts" / name) for name in manifest.parts)]


@pytest.fixture(scope="session")
def made() -> Callable[[Path], list[Any]]:
    """Return what a bundle holds, whatever it took: its figures, the hashes of its files, and the same of its parts."""
    return _made


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`training` stands for each of them."""
    if "training" in metafunc.fixturenames:
        metafunc.parametrize("training", TRAININGS, ids=str)
