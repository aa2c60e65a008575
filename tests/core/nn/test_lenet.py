import pytest
import torch

from nlpbot.core.kernel.config import parse_settings
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.nn import LeNet5, LeNet5Config


def test_the_original_has_61706_weights():
    network = LeNet5(LeNet5Config(activation="tanh", pool="average"))
    assert sum(p.numel() for p in network.parameters()) == 61_706
    assert LeNet5Config().side_after_pooling() == 5


@pytest.mark.parametrize(
    "shape", [{"side": 8, "kernel": 3}, {"side": 9, "kernel": 2}, {"side": 28, "kernel": 4}, {"side": 31, "kernel": 5}]
)
def test_every_allowed_shape_gives_a_score_a_label(shape):
    config = LeNet5Config(labels=3, filters=(2, 3), dense=(7, 5), **shape)
    assert LeNet5(config)(torch.zeros(4, 1, config.side, config.side)).shape == (4, 3)


def test_what_is_chosen_is_used():
    images = torch.rand(2, 1, 8, 8, generator=torch.Generator().manual_seed(0))

    def scores(**chosen):
        torch.manual_seed(0)
        return LeNet5(LeNet5Config(side=8, kernel=3, **chosen))(images)

    assert not torch.equal(scores(pool="max"), scores(pool="average"))
    assert not torch.equal(scores(activation="relu"), scores(activation="tanh"))
    assert not torch.equal(scores(dropout=0.5), scores())


@pytest.mark.parametrize(
    ("shape", "says"),
    [
        ({"side": 8, "kernel": 5}, "images of 8 pixels are too small for filters of 5"),
        ({"side": 28, "pool": "median"}, "pool"),
        ({"side": 28, "filters": [0, 16]}, "filters.0: Input should be greater than 0"),
        ({"side": 28, "dense": [120, -1]}, "dense.1: Input should be greater than 0"),
    ],
)
def test_a_shape_that_cannot_be_is_refused(shape, says):
    with pytest.raises(ConfigError, match=says):
        parse_settings(shape, LeNet5Config, where="lenet.toml")
