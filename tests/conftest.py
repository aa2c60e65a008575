"""Shapes in signatures are checked while tests run; the suite never opens a socket to another machine."""

import os

# Networks in tests are tiny: a second thread gains nothing, and waits for ever where the cores are busy.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from jaxtyping import install_import_hook

# An int will do for a float, as type checkers have it.
CHECKED = "beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True))"
hook = install_import_hook(["nlpbot", "server"], CHECKED)
hook.__enter__()

from collections.abc import Callable, Iterator  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TYPE_CHECKING  # noqa: E402

import pytest  # noqa: E402
from click.testing import CliRunner, Result  # noqa: E402
from hypothesis import settings  # noqa: E402

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

if TYPE_CHECKING:
    from nlpbot.assistant.store import Store

RunCommand = Callable[..., Result]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs CUDA where there is none; elsewhere it is the CPU's whole floats that CUDA's are held against."""
    if item.get_closest_marker("gpu") is not None:
        import torch

        if not torch.cuda.is_available():
            pytest.skip("needs CUDA")
        torch.backends.cudnn.allow_tf32 = False  # floats shortened to 19 bits, in which cuDNN multiplies by default


@pytest.fixture(scope="session")
def nlpbot() -> RunCommand:
    """Run a command in this process, as ``nlpbot("lm", "train", ...)``; stdin may be text or bytes."""
    from nlpbot.cli import cli

    def run(*args: object, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(cli, [str(arg) for arg in args], input=stdin, prog_name="nlpbot")

    return run


TINY = Path(__file__).parent / "tiny"


@pytest.fixture(scope="session")
def tiny_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with a tiny bundle for each default, trained in seconds; copy it before changing it."""
    from nlpbot.chat.run import train_bundle as train_chat
    from nlpbot.core.bundles.home import BundleHome
    from nlpbot.core.runs.train_options import TrainOptions
    from nlpbot.fraud.run import train_bundle as train_fraud
    from nlpbot.lm.run import train_bundle as train_lm
    from nlpbot.sentences.run import train_bundle as train_sentences
    from nlpbot.vision.run import train_bundle as train_vision

    home = BundleHome(tmp_path_factory.mktemp("tiny"))

    def options(slot: str) -> TrainOptions:
        return TrainOptions(home.new_version(slot), seed=0, device="cpu")

    train_chat(TINY / "chat.toml", options("chat"))
    train_fraud((TINY / "fraud.toml",), options("fraud"))
    train_lm((TINY / "lm.toml",), options("lm"))
    train_vision(TINY / "vision.toml", options("vision"))
    train_sentences(TINY / "sentences.toml", options("sentences"))
    for name in home.names():
        home.promote(name, "0001")
    return home.root


@pytest.fixture
def store(tmp_path: Path) -> "Iterator[Store]":
    """Return an empty store of conversations."""
    from nlpbot.assistant.store import Store

    store = Store(tmp_path / "nlpbot.sqlite")
    yield store
    store.close()
