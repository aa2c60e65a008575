import pytest

from nlpbot.core.datasets.catalog import data_folder
from nlpbot.core.kernel.config import load_settings, parse_settings
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.vision.config import VisionSettings


@pytest.mark.parametrize("name", ["digits", "lenet5", "mnist-softmax"])
def test_the_settings_that_come_along_are_valid(name):
    load_settings(data_folder("vision") / f"{name}.toml", VisionSettings)


def test_the_textbooks_program_is_set_as_it_is_printed():
    settings = load_settings(data_folder("vision") / "mnist-softmax.toml", VisionSettings)
    train = settings.train
    assert (settings.model, settings.summed_loss) == ("softmax", True)
    assert (train.steps, train.batch_size, train.optimizer, train.learning_rate) == (1000, 100, "sgd", 0.01)
    assert (train.weight_decay, train.momentum, train.schedule, train.warmup_steps) == (0.0, 0.0, "constant", 0)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"model": "resnet"}, "a.toml: model: Input should be 'softmax' or 'lenet5'"),
        ({"filters": [0, 16]}, "a.toml: network.filters.0: Input should be greater than 0"),
        ({"shift": -1}, "a.toml: shift: Input should be greater than or equal to 0"),
        ({"train": {"epochs": 1, "steps": 2}}, "a.toml: train: exactly one of steps, epochs and minutes expected"),
        ({"modle": "softmax"}, "a.toml: modle: Extra inputs are not permitted"),
    ],
)
def test_a_wrong_setting_is_named(given, says):
    with pytest.raises(ConfigError, match=says):
        parse_settings(given, VisionSettings, where="a.toml")
