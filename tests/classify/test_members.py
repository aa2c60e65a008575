import numpy as np
import pytest

from nlpbot.classify.members import LinearMember, LstmMember, Member
from nlpbot.core.bundle import BundleDraft, open_bundle
from nlpbot.core.manifest import Manifest
from nlpbot.core.text.word_vectors import WordVectors


@pytest.fixture(scope="module", params=["linear", "lstm"])
def member(request, trained):
    return trained.predictor.members[request.param]


def test_a_member_scores_each_text_by_itself(member, rows):
    assert isinstance(member, Member)
    texts = [*rows.texts[:5], "", "words never seen", "rain " * 50]
    together = member.scores(texts)
    assert together.shape == (8, 2)
    assert np.allclose(together, np.concatenate([member.scores([text]) for text in texts]), atol=1e-5)


def test_a_member_tells_its_training_texts_apart(member, rows):
    assert (member.scores(rows.texts).argmax(axis=1) == rows.labels).mean() > 0.9


def test_a_member_that_was_saved_scores_the_same(member, rows, cpu, tmp_path):
    draft = BundleDraft.start(tmp_path / "b")
    config = member.save(draft)
    draft.finish(Manifest(room="classify"))
    bundle = open_bundle(tmp_path / "b", room="classify")
    linear = isinstance(member, LinearMember)
    again = LinearMember.load(bundle) if linear else LstmMember.load(bundle, config, cpu)
    assert np.array_equal(again.scores(rows.texts), member.scores(rows.texts))


def test_the_epoch_of_the_lowest_loss_is_kept(rows, settings, cpu):
    settings = settings.model_copy(update={"train": settings.train.model_copy(update={"epochs": 12})})
    odd, even = range(1, 72, 2), range(0, 72, 2)
    turned = rows.at(odd)
    turned = type(turned)(turned.texts, tuple(1 - label for label in turned.labels), turned.groups, turned.names)
    member = LstmMember.fit(rows.at(even), settings, cpu, valid=turned)
    assert member.best_epoch == 1  # each epoch makes what is turned over worse
    assert LstmMember.fit(rows.at(even), settings, cpu).best_epoch == 12


def test_given_vectors_are_what_the_network_starts_from(rows, settings, cpu):
    vectors = WordVectors(["rain", "train"], np.array([[9.0, 0, 0], [0, 9.0, 0]], dtype=np.float32), [5, 4])
    still = settings.model_copy(update={"train": settings.train.model_copy(update={"learning_rate": 1e-9})})
    member = LstmMember.fit(rows, still, cpu, vectors=vectors)
    assert member.model.config.embedding == 3
    x, y, z = member.model.embedding.table.weight[member.reader.vocabulary.id_of("rain")].tolist()
    assert x > 0.1  # what the words share is taken away, and the rest scaled
    assert (x + y, z) == pytest.approx((0, 0), abs=1e-3)
