import pytest

from nlpbot.core.datasets.catalog import data_folder
from nlpbot.core.kernel.config import load_settings
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.fraud.config import FraudSettings


def test_the_settings_that_come_with_nlpbot_are_right_and_say_that_the_data_are_synthetic():
    settings = load_settings(data_folder("fraud") / "fraud.toml", FraudSettings)
    assert settings.synthetic
    assert settings.positive == ("fraud",)
    assert all((data_folder("fraud") / name).is_file() for name in settings.data)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("false_alarm_rate = 0", "false_alarm_rate: Input should be greater than 0"),
        ("miss_rate = 1", "miss_rate: Input should be less than 1"),
        ("[classify]\nfold = 3", "classify.fold: Extra inputs"),
        ("treshold = 1", r"treshold: .*known: data, positive"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, line, says):
    (tmp_path / "a.toml").write_text(line)
    with pytest.raises(ConfigError, match=f"a.toml: {says}"):
        load_settings(tmp_path / "a.toml", FraudSettings)
