import pytest

from nlpbot.classify.config import ClassifySettings, choose_settings
from nlpbot.core.kernel.config import load_settings
from nlpbot.core.kernel.errors import ConfigError

ENGLISH, KOREAN = ["a plain sentence"] * 100, ["우리말 문장입니다"] * 100


def test_korean_is_read_as_subwords_unless_vectors_of_words_are_given():
    assert choose_settings(ENGLISH, labels=2).lstm.tokens == "word"
    assert choose_settings(KOREAN, labels=2).lstm.tokens == "subword"
    assert choose_settings(KOREAN, labels=2, whole_words=True).lstm.tokens == "word"


def test_many_labels_get_a_wider_network_and_much_data_fewer_epochs():
    assert (
        choose_settings(ENGLISH, labels=150).lstm.network.hidden
        > choose_settings(ENGLISH, labels=2).lstm.network.hidden
    )
    assert choose_settings(ENGLISH * 200, labels=2).train.epochs < choose_settings(ENGLISH, labels=2).train.epochs


def test_what_is_asked_for_is_kept():
    settings = choose_settings(ENGLISH, labels=2, model="linear", seed=7)
    assert (settings.model, settings.seed) == ("linear", 7)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("folds = 4", r"a\.toml: folds: Input should be less than or equal to 3"),
        ("model = 'tree'", r"a\.toml: model: Input should be 'auto', 'linear', 'lstm', 'encoder' or 'stacked'"),
        ("[lstm]\nhiden = 4", r"a\.toml: lstm\.hiden: Extra inputs"),
        ("[train]\nepochs = 0", r"a\.toml: train\.epochs: Input should be greater than or equal to 1"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, line, says):
    (tmp_path / "a.toml").write_text(line)
    with pytest.raises(ConfigError, match=says):
        load_settings(tmp_path / "a.toml", ClassifySettings)


@pytest.mark.parametrize(
    ("count", "words", "epochs", "dropout", "rate"),
    [(200, False, 10, 0.3, 1e-3), (5_000, True, 4, 0.5, 4e-3), (20_000, True, 2, 0.5, 4e-3)],
)
def test_with_many_texts_an_encoders_words_are_tuned_too(count, words, epochs, dropout, rate):
    tuning = choose_settings(["a"] * count, labels=2, network="encoder").encoder
    assert (tuning.words, tuning.train.epochs, tuning.dropout, tuning.train.learning_rate) == (
        words, epochs, dropout, rate
    )  # fmt: skip
