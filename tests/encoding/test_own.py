import pytest
import torch

from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.nn import SentenceEncoder, SentenceEncoderConfig
from nlpbot.core.text.word_features import WordFeatures
from nlpbot.encoding import Encoder, own
from nlpbot.encoding.own import own_encoder, own_encoder_folder

CPU = torch.device("cpu")


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A folder of data that comes along, with an encoder in it."""
    network = SentenceEncoder(SentenceEncoderConfig(words=3, parts=2, embedding=4, hidden=3, size=5))
    draft = BundleDraft.start(tmp_path / "encoder")
    encoder = Encoder(network, WordFeatures(["a", "b"], ["<a>"], 8), CPU)
    draft.finish(Manifest(kind="sentences", config=encoder.save(draft)))
    monkeypatch.setattr(own, "data_folder", lambda name: tmp_path if name == "sentences" else None)
    own_encoder.cache_clear()
    yield tmp_path
    own_encoder.cache_clear()


def test_the_encoder_that_comes_along_is_loaded_once(data):
    assert own_encoder(CPU).size == 5
    assert own_encoder(CPU) is own_encoder(CPU)
    assert own_encoder_folder() == data / "encoder"


def test_an_installation_without_it_is_told_of(monkeypatch):
    def missing(name):
        raise ConfigError(f"{name}: no such data in this installation")

    monkeypatch.setattr(own, "data_folder", missing)
    with pytest.raises(ConfigError, match="sentences: no such data"):
        own_encoder_folder()
