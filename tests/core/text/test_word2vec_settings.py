import subprocess
import sys

import pytest

from nlpbot.core.kernel.config import parse_settings
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.text.word2vec_settings import Word2VecSettings


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({"min_n": 5, "max_n": 4}, "n-grams from 5 to 4 letters; min_n is to be at most max_n"),
        ({"learning_rate": 0.0}, "learning_rate: Input should be greater than 0.0001"),
        ({"algorithm": "glove"}, "algorithm: Input should be 'skip-gram' or 'cbow'"),
        ({"workers": 0}, "workers: Input should be greater than or equal to 1"),
    ],
)
def test_wrong_settings_are_named(raw, says):
    with pytest.raises(ConfigError, match=says):
        parse_settings(raw, Word2VecSettings, where="v.toml")


def test_n_grams_of_one_length_are_allowed():
    assert Word2VecSettings(min_n=4, max_n=4).max_n == 4


def test_reading_settings_loads_no_torch():
    script = "import sys, nlpbot.vectors.config; print('torch' in sys.modules, 'gensim' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
