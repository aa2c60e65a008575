"""All `train` commands, as the laws see them, on tiny data. A new one is one more line in TRAININGS."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import Result

TINY = Path(__file__).parents[2] / "tiny"
FAQ = "question,answer\n" + "".join(
    f"{ask} {thing}?,{thing.title()} is in the {place}.\n"
    for thing, place in (("bread", "kitchen"), ("the car", "garage"), ("a towel", "bath"))
    for ask in ("where is", "how do I find", "show me")
)
VECTORS = "[word2vec]\ndim = 8\nmin_count = 1\nepochs = 1\nworkers = 1\n"


@dataclass(frozen=True)
class Training:
    """The command of a family, and what it trains on: a file of tests/tiny, or text that is written to one."""

    family: str
    source: str
    text: str | None = None
    computes: tuple[str, ...] = ("--device", "cpu")

    def __str__(self) -> str:
        return self.family

    def arguments(self, folder: Path) -> tuple[object, ...]:
        if self.text is None:
            return (self.family, "train", TINY / self.source)
        (folder / self.source).write_text(self.text, encoding="utf-8")
        return (self.family, "train", folder / self.source)


TRAININGS = [
    Training("lm", "lm.toml"),
    Training("vectors", "vectors.toml", f'corpus = ["{TINY / "small.txt"}"]\n{VECTORS}', computes=()),
    Training("classify", "classify.toml", f'data = ["{TINY / "fraud.tsv"}"]\nmodel = "linear"\nfolds = 2\n'),
    Training("fraud", "fraud.toml"),
    Training("retrieval", "faq.csv", FAQ),
    Training("chat", "chat.toml"),
    Training("vision", "vision.toml"),
]


@pytest.fixture(scope="session")
def train(nlpbot: Callable[..., Result], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Result]:
    """Run a training on the CPU; its bundle is `out`."""

    def run(training: Training, out: Path, *options: object) -> Result:
        source = tmp_path_factory.mktemp(training.family)
        return nlpbot(*training.arguments(source), "--out", out, *training.computes, *options)

    return run


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`training` stands for each of them."""
    if "training" in metafunc.fixturenames:
        metafunc.parametrize("training", TRAININGS, ids=str)
