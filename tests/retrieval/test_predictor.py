import numpy as np
import pytest

from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.text.bm25 import Bm25
from nlpbot.core.text.concepts import Concepts
from nlpbot.retrieval import Found, RetrievalPredictor
from nlpbot.retrieval.encoder import Encoder
from nlpbot.retrieval.index import SparseIndex


def written(predictor, folder):
    draft = BundleDraft.start(folder)
    return draft.finish(Manifest(kind="retrieval", config=predictor.save(draft)))


@pytest.fixture
def bundle(blended, tmp_path):
    return written(blended, tmp_path / "faq")


def test_questions_are_answered_in_their_order_best_first(trained, topics):
    first, second = trained.predictor.predict(["is this link safe", "where is my parcel"], weight=0.0)
    assert isinstance(first, Found)
    assert (first.hits[0].topic, second.hits[0].topic) == (topics[1], topics[0])
    assert first.hits[0].score > first.hits[1].score
    assert trained.predictor.predict([]) == []


def test_answers_are_in_the_language_of_the_question_or_the_one_named(trained, topics):
    korean, english = topics[2], topics[:2]
    assert [hit.topic for hit in trained.predictor.predict(["택배"])[0].hits] == [korean]
    assert {hit.topic.id for hit in trained.predictor.predict(["택배"], language="en")[0].hits} == {
        t.id for t in english
    }


def test_no_topic_of_the_language_leaves_all(topics):
    english = RetrievalPredictor(topics[:2], SparseIndex.build(topics[:2], Concepts()))
    assert len(english.predict(["택배"])[0].hits) == 2


def test_most_limits_the_hits(trained):
    assert len(trained.predictor.predict(["parcel"], most=1)[0].hits) == 1


def test_the_weight_blends_the_two_parts(blended):
    question = ["where is my parcel"]
    sparse, dense = blended.sparse.scores(question), blended.dense.scores(question)
    assert np.allclose(blended.scores(question), 0.6 * sparse + 0.4 * dense, atol=1e-6)
    assert np.allclose(blended.scores(question, weight=0.25), 0.75 * sparse + 0.25 * dense, atol=1e-6)
    assert np.array_equal(blended.scores(question, weight=0), sparse)


def test_where_bm25_alone_is_served_there_is_no_weight_to_choose(trained):
    with pytest.raises(ValueError, match="a weight of 0 expected"):
        trained.predictor.predict(["parcel"], weight=0.5)


def test_a_bundle_opens_as_what_was_saved(blended, bundle, trained, tmp_path):
    for predictor, folder in ((blended, bundle), (trained.predictor, written(trained.predictor, tmp_path / "bm25"))):
        opened = RetrievalPredictor.load(folder, device="cpu")
        assert np.array_equal(opened.scores(["parcel", "링크"]), predictor.scores(["parcel", "링크"]))
        assert (opened.topics, opened.weight) == (predictor.topics, predictor.weight)


def test_opening_a_bundle_reads_no_text_again(bundle, monkeypatch):
    """Indexes lie in the bundle: a start makes none of them anew."""

    def never(*_, **__):
        raise AssertionError("a text is read")

    for owner, name in ((Encoder, "encode"), (Bm25, "index"), (Concepts, "expand")):
        monkeypatch.setattr(owner, name, never)
    RetrievalPredictor.load(bundle, device="cpu")


def test_where_bm25_alone_is_served_the_bundle_holds_no_encoder(trained, tmp_path):
    names = {path.name for path in written(trained.predictor, tmp_path / "out").iterdir()}
    assert names == {"manifest.json", "topics.json", "concepts.json", "terms.json", "bm25.safetensors"}


@pytest.mark.parametrize(
    ("change", "says"),
    [({}, "train it again"), ({"weight": "much"}, "train it again"), ({"network": {"vocabulary": 3}}, "don't fit")],
)
def test_a_config_that_does_not_fit_is_a_damaged_bundle(blended, tmp_path, change, says):
    draft = BundleDraft.start(tmp_path / "faq")
    config = blended.save(draft)
    draft.finish(Manifest(kind="retrieval", config={**config, **change} if change else {}))
    with pytest.raises(BundleError, match=says):
        RetrievalPredictor.load(tmp_path / "faq", device="cpu")


def test_the_fraction_of_known_words_is_given(trained):
    assert trained.predictor.sparse.known_fraction("parcel zebra") == 0.5
