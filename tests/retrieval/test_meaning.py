import numpy as np
import pytest
import torch

from nlpbot.core.bundles.bundle import BundleDraft, open_bundle
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.nn import SentenceEncoder, SentenceEncoderConfig
from nlpbot.core.text.concepts import Concepts
from nlpbot.core.text.word_features import WordFeatures
from nlpbot.encoding import Encoder as Sentences
from nlpbot.retrieval.encoder import Encoder
from nlpbot.retrieval.meaning import Meaning, Pretrained, load_meaning, pretrained

CPU = torch.device("cpu")
TEXTS = ["where is my parcel", "택배 어디"]


@pytest.fixture
def sentences():
    torch.manual_seed(0)
    features = WordFeatures(["where", "parcel"], ["<pa", "el>"], 8)
    return Sentences(
        SentenceEncoder(SentenceEncoderConfig(words=3, parts=3, embedding=4, hidden=3, size=5)), features, CPU
    )


def kept(meaning, out):
    draft = BundleDraft.start(out)
    return open_bundle(draft.finish(Manifest(kind="retrieval", config=meaning.save(draft))), kind="retrieval")


def test_a_sentence_encoder_reads_questions_and_answers_alike(sentences):
    meaning = Pretrained(sentences)
    assert np.array_equal(meaning.encode(TEXTS, side="question"), meaning.encode(TEXTS, side="answer"))
    assert (meaning.size, meaning.tokens_in(TEXTS[0])) == (5, 4)


def test_either_kind_comes_back_from_a_bundle(sentences, encoder, tmp_path):
    for name, meaning in (("sentences", Pretrained(sentences)), ("dual", encoder)):
        bundle = kept(meaning, tmp_path / name)
        again = load_meaning(bundle, bundle.manifest.config, Concepts(), CPU)
        assert type(again) is type(meaning)
        assert isinstance(again, Meaning)
        assert np.allclose(again.encode(TEXTS, side="question"), meaning.encode(TEXTS, side="question"), atol=1e-2)


def test_a_sentence_encoder_is_used_where_settings_name_it(settings, sentences):
    assert pretrained(settings, sentences) is None
    named = settings.model_copy(update={"meaning": "sentences"})
    assert isinstance(pretrained(named, sentences), Pretrained)
    with pytest.raises(ConfigError, match="no sentence encoder is given; --encoder BUNDLE expected"):
        pretrained(named, None)


def test_a_dual_encoder_has_no_say_of_a_sentence_encoder(encoder):
    assert isinstance(encoder, Encoder)
    assert encoder.size == encoder.network.config.size
