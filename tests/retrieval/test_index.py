import numpy as np
import pytest
import torch

from nlpbot.core.bundles.bundle import BundleDraft, open_bundle
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.text.concepts import Concepts
from nlpbot.retrieval.data import Topic
from nlpbot.retrieval.index import DenseIndex, SparseIndex

CPU = torch.device("cpu")


def topic(name, *questions):
    return Topic(name, questions[0], questions, questions[0], "en")


def test_bm25_finds_a_topic_by_its_words_from_0_to_1(topics):
    scores = SparseIndex.build(topics, Concepts()).scores(["where is my parcel", "zebra"])
    assert scores.shape == (2, 3)
    assert scores[0].argmax() == 0
    assert 0 < scores[0, 0] < 1
    assert not scores[1].any()


def test_concepts_bring_texts_together_that_share_no_word():
    known = [topic("post", "a letter"), topic("pay", "a bill")]
    concepts = Concepts({"en": {"post": ["letter", "parcel"]}})
    assert SparseIndex.build(known, concepts).scores([concepts.expand("parcel", pairs=True)])[0].argmax() == 0


def test_all_texts_of_a_topic_are_one_document():
    """A question whose words are in different texts of a topic finds it; each text by itself says little."""
    apart = topic("apart", "the card is lost", "ring the bank")
    once = topic("once", "lost in the woods", "by the river")
    other = topic("other", "a bank of sand", "waves")
    assert SparseIndex.build([once, other, apart], Concepts()).scores(["lost bank card"])[0].argmax() == 2


def test_vectors_score_questions_and_answers_alike(topics, encoder):
    index = DenseIndex.build(topics, encoder)
    together, alone = index.scores(["parcel", "택배"]), index.scores(["택배"])
    assert np.allclose(together[1], alone[0], atol=1e-5)
    assert (np.abs(together) <= 1 + 1e-5).all()


def test_saved_indexes_are_the_same_and_those_of_other_topics_refused(topics, encoder, tmp_path):
    sparse, dense = SparseIndex.build(topics, encoder.concepts), DenseIndex.build(topics, encoder)
    draft = BundleDraft.start(tmp_path / "out")
    sparse.save(draft)
    config = dense.save(draft)
    bundle = open_bundle(draft.finish(Manifest(kind="retrieval")), kind="retrieval")
    asked = ["where is my parcel", "링크"]
    assert np.array_equal(SparseIndex.load(bundle, topics).scores(asked), sparse.scores(asked))
    opened = DenseIndex.load(bundle, topics, config, encoder.concepts, CPU)
    assert np.array_equal(opened.scores(asked), dense.scores(asked))
    with pytest.raises(BundleError, match="not a matrix of"):
        SparseIndex.load(bundle, topics[:2])
    with pytest.raises(BundleError, match=r"vectors\.safetensors doesn't fit the topics"):
        DenseIndex.load(bundle, topics[:2], config, encoder.concepts, CPU)
