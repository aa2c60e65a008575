import subprocess
import sys
from importlib.metadata import version

import pytest

import nlpbot


def test_python_m_nlpbot_is_the_command_line():
    done = subprocess.run([sys.executable, "-m", "nlpbot", "--version"], capture_output=True, text=True, check=True)
    assert version("nlpbot") == nlpbot.__version__
    assert nlpbot.__version__ in done.stdout


@pytest.mark.parametrize("wrong", [["lmm"], ["lm", "--nonsense"], ["lm", "generate"]])
def test_what_is_typed_wrongly_gives_one_line_and_exit_2(wrong):
    done = subprocess.run([sys.executable, "-m", "nlpbot", *wrong], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
