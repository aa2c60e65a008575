import numpy as np
import pytest

from nlpbot.core.bundle import BundleDraft
from nlpbot.core.errors import BundleError
from nlpbot.core.manifest import Manifest
from nlpbot.retrieval import Found, RetrievalPredictor


@pytest.fixture
def bundle(trained, tmp_path):
    draft = BundleDraft.start(tmp_path / "faq")
    return draft.finish(Manifest(room="retrieval", config=trained.predictor.save(draft)))


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


def test_no_topic_of_the_language_leaves_all(trained, topics):
    english = trained.predictor.about(topics[:2])
    assert len(english.predict(["택배"])[0].hits) == 2


def test_most_limits_the_hits(trained):
    assert len(trained.predictor.predict(["parcel"], most=1)[0].hits) == 1


def test_the_weight_blends_the_two_parts(trained):
    question = "where is my parcel"
    vector = trained.predictor.encode([question], side="question")[0]
    sparse, dense = trained.predictor.parts(question, vector)
    blended = trained.predictor.scores([question], weight=0.25)[0]
    assert np.allclose(blended, 0.75 * sparse + 0.25 * dense, atol=1e-6)
    assert np.allclose(trained.predictor.scores([question], weight=0.0)[0], sparse, atol=1e-6)


def test_a_bundle_opens_as_what_was_saved(trained, bundle):
    opened = RetrievalPredictor.load(bundle, device="cpu")
    assert np.array_equal(opened.scores(["parcel", "링크"]), trained.predictor.scores(["parcel", "링크"]))
    assert opened.topics == trained.predictor.topics


@pytest.mark.parametrize(
    ("change", "says"),
    [({}, "train it again"), ({"weight": "much"}, "train it again"), ({"network": {"vocabulary": 3}}, "don't fit")],
)
def test_a_config_that_does_not_fit_is_a_damaged_bundle(trained, tmp_path, change, says):
    draft = BundleDraft.start(tmp_path / "faq")
    config = trained.predictor.save(draft)
    draft.finish(Manifest(room="retrieval", config={**config, **change} if change else {}))
    with pytest.raises(BundleError, match=says):
        RetrievalPredictor.load(tmp_path / "faq", device="cpu")


def test_the_share_of_known_words_is_told(trained):
    assert trained.predictor.known_share("parcel zebra") == 0.5
