import pytest

from nlpbot.core.datasets.catalog import data_folder
from nlpbot.core.kernel.config import load_settings
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.lm.config import LmSettings, choose_settings


@pytest.mark.parametrize("path", sorted(data_folder("lm").glob("*.toml")), ids=lambda path: path.name)
def test_the_settings_that_come_with_nlpbot_are_right(path):
    settings = load_settings(path, LmSettings)
    assert settings.text or settings.corpus


def test_a_small_text_gets_a_small_network_and_less_time():
    small, large = choose_settings(1000), choose_settings(1_000_000)
    assert small.network.hidden < large.network.hidden
    assert small.train.minutes < large.train.minutes == 3
    assert choose_settings(1000, minutes=7.5).train.minutes == 7.5


def test_a_text_read_but_once_is_measured_about_once_a_minute_and_one_read_over_and_over_often():
    validations = [choose_settings(50_000_000, minutes=minutes).train.validations for minutes in (1, 3, 7, 60)]
    assert validations == [3, 3, 7, 10]
    assert choose_settings(1000).train.validations == choose_settings(100_000, minutes=1).train.validations == 10


def test_words_are_read_through_shorter_stretches_and_rare_ones_left_out():
    words = choose_settings(1_000_000, tokenizer="word", seed=4)
    assert (words.length, words.tokenizer.kind, words.tokenizer.min_count, words.seed) == (35, "word", 2, 4)


def test_a_large_vocabulary_is_stood_for_by_noise_until_the_end():
    words = choose_settings(1_000_000, tokenizer="word")
    assert words.noise > 0 < words.finish_fraction
    for exact in (choose_settings(1_000_000), choose_settings(1_000, tokenizer="word")):
        assert exact.noise == exact.finish_fraction == 0


@pytest.mark.parametrize("tokenizer", ["word", "subword"])
def test_tied_words_have_no_projection_under_sgd_and_more_time_gives_a_wider_network(tokenizer):
    short, long = (choose_settings(5_000_000, tokenizer=tokenizer, minutes=minutes) for minutes in (3, 10))
    assert short.network.hidden < long.network.hidden
    for chosen in (short, long):
        assert chosen.train.optimizer == "sgd"
        assert chosen.network.tied
        assert chosen.network.embedding == chosen.network.hidden


@pytest.mark.parametrize("tokenizer", ["char", "word", "subword"])
def test_the_more_often_a_text_is_read_the_more_is_dropped(tokenizer):
    seldom, often, always = (
        choose_settings(1_000_000, tokenizer=tokenizer, minutes=minutes).network.dropout for minutes in (2, 15, 1e9)
    )
    assert 0 <= seldom < 0.3 < often < always == 0.5


@pytest.mark.parametrize("tokenizer", ["word", "subword"])
def test_weights_between_steps_are_dropped_where_words_are_read_often(tokenizer):
    seldom, often, always = (
        choose_settings(5_000_000, tokenizer=tokenizer, minutes=minutes).network.weight_drop for minutes in (3, 60, 1e9)
    )
    assert seldom == 0 < often < always == 0.5


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("seeed = 1", r"a\.toml: seeed: .*known: corpus"),
        ("valid_fraction = 0.7", r"a\.toml: valid_fraction: Input should be less than 0\.5"),
        ("[tokenizer]\nkind = 'syllable'", r"a\.toml: tokenizer\.kind: .*'char', 'word' or 'subword'"),
        ("[network]\nlayers = 1.5", r"a\.toml: network\.layers"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, line, says):
    (tmp_path / "a.toml").write_text(line)
    with pytest.raises(ConfigError, match=says):
        load_settings(tmp_path / "a.toml", LmSettings)
