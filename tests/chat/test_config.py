"""Settings of a chatbot."""

import pytest

from nlpbot.chat.config import ChatSettings
from nlpbot.core.datasets.catalog import data_folder
from nlpbot.core.kernel.config import load_settings, parse_settings
from nlpbot.core.kernel.errors import ConfigError


def test_the_default_settings_name_files_that_exist() -> None:
    settings = load_settings(data_folder("chat") / "chat.toml", ChatSettings)
    names = [*settings.topics, *settings.out_of_scope, settings.concepts, settings.hotlines]
    assert all((data_folder("chat") / str(name)).is_file() for name in names)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"topic": []}, "topic"),
        ({"topics": "a.yaml"}, "topics"),
        ({"confident_mistakes": 0}, "greater than 0"),
        ({"seed": -1}, "seed"),
    ],
)
def test_wrong_settings_are_refused_by_name(wrong: dict, says: str) -> None:
    with pytest.raises(ConfigError, match=rf"chat\.toml: .*{says}"):
        parse_settings(wrong, ChatSettings, where="chat.toml")
