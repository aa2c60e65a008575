import pytest

from nlpbot.core.kernel.config import load_settings
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.sentences.config import SentencesSettings


def test_a_settings_file_names_texts_and_teachers(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text('paraphrases = "p"\nvectors = ["en"]\n[[pieces]]\ncorpus = "enwiki100m"\ncount = 5\n')
    settings = load_settings(path, SentencesSettings)
    assert settings.pieces[0].count == 5
    assert settings.teachers == ("use", "e5")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('vectors = ["en"]', "paraphrases"),
        ('paraphrases = "p"\nvectors = ["en"]\nteachers = ["bert"]', "teachers"),
    ],
)
def test_what_is_missing_or_unknown_is_told(tmp_path, text, says):
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(ConfigError, match=says):
        load_settings(tmp_path / "a.toml", SentencesSettings)
