"""A part trained in a process of its own: it says why it can't, and never outlives its parent."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

TRAIN = """
import sys, time
from nlpbot.assistant import apart
from nlpbot.core.kernel.errors import DataError
from nlpbot.parts import Default

def train(options):
    options.out.mkdir()
    device = options.device
    if device == "bad":
        raise DataError("a.tsv:17: 3 columns found;\\n2 expected")
    if device == "slow":
        time.sleep(600)

apart.DEFAULTS["lm"] = Default("lm", train)
apart.main(*sys.argv[1:])
"""


def started(out: Path, device: str) -> subprocess.Popen:
    command = [sys.executable, "-c", TRAIN, "lm", str(out), device]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(
    ("device", "code", "said"), [("cpu", 0, ""), ("bad", 2, "a.tsv:17: 3 columns found;\n2 expected\n")]
)
def test_it_trains_or_says_why_it_can_not(device: str, code: int, said: str, tmp_path: Path) -> None:
    with started(tmp_path / "out", device) as process:
        assert process.stdout is not None
        assert process.stdout.read() == said
        assert process.wait() == code
    assert (tmp_path / "out").is_dir()


def test_it_outlives_ctrl_c_but_not_its_parent(tmp_path: Path) -> None:
    process = started(tmp_path / "out", "slow")
    while not (tmp_path / "out").exists():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.5)
    process.stdin.close()  # as when the parent is gone, whatever ended it
    assert process.wait(60) == 1
    process.stdout.close()
