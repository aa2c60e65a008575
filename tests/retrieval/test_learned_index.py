import numpy as np
import pytest
import torch

from nlpbot.core.bundles.bundle import BundleDraft, open_bundle
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.nn import SentenceEncoder, SentenceEncoderConfig
from nlpbot.core.text.concepts import Concepts
from nlpbot.core.text.word_features import WordFeatures
from nlpbot.encoding import Encoder as Sentences
from nlpbot.retrieval import learned_index
from nlpbot.retrieval.index import DenseIndex
from nlpbot.retrieval.learned_index import LearnedIndex, MeaningIndex, index_meaning, load_index
from nlpbot.retrieval.meaning import Pretrained

CPU = torch.device("cpu")
ASKED = ["where is my parcel", "check a link", "택배 조회"]


@pytest.fixture
def meaning():
    torch.manual_seed(0)
    features = WordFeatures(["parcel", "link", "택배"], ["<pa", "el>"], 8)
    shape = SentenceEncoderConfig(words=4, parts=3, embedding=8, hidden=8, size=12)
    return Pretrained(Sentences(SentenceEncoder(shape), features, CPU))


def test_what_all_topics_have_in_common_tells_none_from_another(meaning, topics, monkeypatch):
    """Of three directions the first is in every text, and long; only the others tell topics apart."""
    places = {text: place for place, topic in enumerate(topics) for text in (*topic.questions, topic.answer)}
    own = np.eye(3, 12, k=1, dtype=np.float32)[[0, 1, 2]]

    def encode(texts):
        rows = np.stack([own[places.get(text, 2)] * 0.3 for text in texts])
        rows[:, 0] += 1.0
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    monkeypatch.setattr(meaning.encoder, "encode", encode)
    scores = LearnedIndex.build(topics, meaning).scores([topic.questions[0] for topic in topics])
    assert (scores.argmax(axis=1) == np.arange(3)).all()
    assert np.allclose((scores**2).sum(axis=1), 1, atol=1e-5)
    assert scores.max(axis=1).min() > 2 * np.sort(scores, axis=1)[:, -2].max()


def test_a_sentence_encoder_is_learned_from_unless_there_are_too_many_texts(meaning, encoder, topics, monkeypatch):
    assert isinstance(index_meaning(topics, meaning), LearnedIndex)
    assert isinstance(index_meaning(topics, encoder), DenseIndex)
    monkeypatch.setattr(learned_index, "MOST_ROWS", 10)
    assert isinstance(index_meaning(topics, meaning), DenseIndex)


@pytest.mark.parametrize("kind", [LearnedIndex, DenseIndex])
def test_either_kind_comes_back_from_a_bundle(meaning, topics, tmp_path, kind):
    index = kind.build(topics, meaning)
    draft = BundleDraft.start(tmp_path / "out")
    config = index.save(draft)
    bundle = open_bundle(draft.finish(Manifest(kind="retrieval")), kind="retrieval")
    again = load_index(bundle, topics, config, Concepts(), CPU)
    assert isinstance(again, kind)
    assert isinstance(again, MeaningIndex)
    assert np.allclose(again.scores(ASKED), index.scores(ASKED), atol=2e-2)  # the encoder is kept in 8 bits
    with pytest.raises(BundleError, match="fit the topics; train it again"):
        load_index(bundle, topics[:2], config, Concepts(), CPU)
