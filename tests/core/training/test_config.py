import pytest

from nlpbot.core.kernel.config import parse_settings
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.training import TrainSettings


@pytest.mark.parametrize("length", [{"steps": 5}, {"epochs": 1}, {"minutes": 0.5}])
def test_each_way_to_give_the_length_is_enough(length):
    assert parse_settings(length, TrainSettings, where="a.toml")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "exactly one of steps, epochs and minutes expected; found none"),
        ({"steps": 5, "minutes": 1}, "exactly one of steps, epochs and minutes expected; found steps, minutes"),
        ({"steps": 0}, "steps: Input should be greater than or equal to 1"),
        ({"epochs": 1.5}, "epochs: Input should be a valid integer"),
        ({"steps": 1, "optimizer": "adamax"}, "optimizer: Input should be 'sgd', 'adam' or 'adamw'"),
        ({"steps": 1, "learning_rate": 0}, "learning_rate: Input should be greater than 0"),
        ({"steps": 1, "momentum": 1.0}, "momentum: Input should be less than 1"),
        ({"steps": 1, "clip": 0}, "clip: Input should be greater than 0"),
        ({"steps": 1, "schedule": "linear"}, "schedule: Input should be 'constant' or 'cosine'"),
        ({"steps": 1, "learning_rte": 1}, "learning_rte: Extra inputs are not permitted"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(given, says):
    with pytest.raises(ConfigError, match=says):
        parse_settings(given, TrainSettings, where="a.toml")
