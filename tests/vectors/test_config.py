import os

import pytest

from nlpbot.core.datasets.catalog import data_folder, load_catalog
from nlpbot.core.kernel.config import load_settings, parse_settings
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.vectors.config import VectorsSettings, choose_settings


def test_a_larger_text_is_read_fewer_times_and_loses_its_rare_words():
    chosen = [choose_settings(size) for size in (1_000, 1_000_000, 100_000_000)]
    assert [settings.epochs for settings in chosen] == [30, 10, 5]
    assert choose_settings(100_000_000, korean=True).epochs == 10
    assert [settings.min_count for settings in chosen] == [1, 3, 5]
    assert {settings.learning_rate for settings in chosen} == {0.05}
    assert [settings.workers for settings in chosen] == [1, 1, os.cpu_count()]


@pytest.mark.parametrize(
    ("korean", "subword", "expected"),
    [
        (False, None, (False, False)),
        (False, True, (True, False)),
        (True, None, (True, True)),
        (True, False, (False, False)),
    ],
)
def test_parts_of_words_are_read_in_korean_or_where_expected(korean, subword, expected):
    settings = choose_settings(10, korean=korean, subword=subword)
    assert (settings.subword, settings.jamo) == expected


@pytest.mark.parametrize("name", ["enwiki100m", "kowiki60m"])
def test_settings_that_come_with_nlpbot_name_a_corpus_of_the_catalogue(name):
    settings = load_settings(data_folder("vectors") / f"{name}.toml", VectorsSettings)
    assert settings.corpus == (name,)
    assert load_catalog()[name].main
    assert settings.word2vec.subword is settings.word2vec.jamo is (name == "kowiki60m")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({}, "corpus: Field required"),
        ({"corpus": []}, "corpus: Tuple should have at least 1 item"),
        ({"corpus": ["a.txt"], "word2vec": {"buckets": 200_000}}, r"word2vec.buckets: .* less than or equal to 100000"),
        ({"corpus": ["a.txt"], "dim": 5}, r"dim: .*known: corpus, word2vec"),
    ],
)
def test_wrong_settings_are_named(raw, says):
    with pytest.raises(ConfigError, match=says):
        parse_settings(raw, VectorsSettings, where="v.toml")
