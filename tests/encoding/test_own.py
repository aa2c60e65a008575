import pytest
import torch

from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.manifest import NO_BUNDLE, Manifest
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.nn import SentenceEncoder, SentenceEncoderConfig
from nlpbot.core.text.word_features import WordFeatures
from nlpbot.encoding import Encoder, own
from nlpbot.encoding.own import encoder_of, fitting_encoder, own_encoder_folder

CPU = torch.device("cpu")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The encoder that comes along: one that knows two words."""
    network = SentenceEncoder(SentenceEncoderConfig(words=3, parts=2, embedding=4, hidden=3, size=5))
    draft = BundleDraft.start(tmp_path / "encoder")
    encoder = Encoder(network, WordFeatures(["where", "parcel"], ["<a>"], 8), CPU)
    draft.finish(Manifest(kind="sentences", config=encoder.save(draft)))
    monkeypatch.setattr(own, "data_folder", lambda name: tmp_path if name == "sentences" else None)
    return own_encoder_folder()


def test_an_encoder_is_loaded_once(folder):
    assert encoder_of(folder, CPU).size == 5
    assert encoder_of(folder, CPU) is encoder_of(folder, CPU)


def test_texts_are_read_by_the_one_that_comes_along_where_it_knows_their_words(folder, capsys):
    assert fitting_encoder(["where parcel", "parcel"], None) == folder
    assert fitting_encoder(["wo ist das paket", "parcel"], None) is None
    assert "knows 20% of the words; without it" in capsys.readouterr().err


def test_the_one_given_is_taken_whatever_it_knows(folder, tmp_path):
    assert fitting_encoder(["wo ist das paket"], tmp_path / "mine") == tmp_path / "mine"
    assert fitting_encoder(["where parcel"], NO_BUNDLE) is None


def test_an_installation_without_it_is_told_of(monkeypatch):
    def missing(name):
        raise ConfigError(f"{name}: no such data in this installation")

    monkeypatch.setattr(own, "data_folder", missing)
    with pytest.raises(ConfigError, match="sentences: no such data"):
        own_encoder_folder()
