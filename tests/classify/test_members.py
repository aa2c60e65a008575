import numpy as np
import pytest

from nlpbot.classify import members
from nlpbot.classify.members import SLICE_PIECES, LinearMember, LstmMember, Member
from nlpbot.classify.occlusion import without
from nlpbot.core.bundles.bundle import BundleDraft, open_bundle
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.slices import finished
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


def pieces_of(text):
    """Each word and each pair of words."""
    ends = [place for place, character in enumerate(f"{text} ") if character == " "]
    starts = [0, *(end + 1 for end in ends[:-1])]
    return [*zip(starts, ends, strict=True), *zip(starts, ends[1:], strict=False)]


@pytest.mark.parametrize("text", ["rain in york", "will it rain in bath today " * 3 + "two tickets for hull please"])
def test_a_text_without_a_piece_scores_as_if_it_had_never_been_there(member, text):
    pieces = pieces_of(text)  # the second text is longer than the LSTM reads
    expected = member.scores([without(text, piece) for piece in pieces])
    assert np.allclose(finished(member.scores_without(text, pieces)), expected, atol=1e-5)


def test_a_long_text_is_explained_by_few_tokens_and_pieces_at_a_time(trained, monkeypatch):
    monkeypatch.setattr(members, "READ_TOKENS", 50)
    linear, lstm = (trained.predictor.members[name] for name in ("linear", "lstm"))
    read = []
    watch = lstm.model.register_forward_hook(lambda _, inputs, __: read.append(inputs[0].numel()))
    text = " ".join(f"rain{number}" for number in range(SLICE_PIECES))
    finished(lstm.scores_without(text, pieces_of(text)))
    watch.remove()
    assert sum(read) <= 50 + 2 * 12  # and the whole text twice
    assert len(list(linear.scores_without(text, pieces_of(text)))) == 2


def test_a_member_tells_its_training_texts_apart(member, rows):
    assert (member.scores(rows.texts).argmax(axis=1) == rows.labels).mean() > 0.9


def test_a_member_that_was_saved_scores_the_same(member, rows, cpu, tmp_path):
    draft = BundleDraft.start(tmp_path / "b")
    config = member.save(draft)
    draft.finish(Manifest(kind="classify"))
    bundle = open_bundle(tmp_path / "b", kind="classify")
    linear = isinstance(member, LinearMember)
    again = LinearMember.load(bundle) if linear else LstmMember.load(bundle, config, cpu)
    assert np.array_equal(again.scores(rows.texts), member.scores(rows.texts))


def test_the_epoch_of_the_lowest_loss_is_kept(rows, settings, cpu):
    settings = settings.model_copy(
        update={"train": settings.train.model_copy(update={"epochs": 12, "validations": 12})}
    )
    odd, even = range(1, 72, 2), range(0, 72, 2)
    turned = rows.at(odd)
    turned = type(turned)(turned.texts, tuple(1 - label for label in turned.labels), turned.groups, turned.names)
    member = LstmMember.fit(rows.at(even), settings, cpu, valid=turned)
    assert member.run.best_epochs == 1  # each epoch makes what is turned over worse
    assert LstmMember.fit(rows.at(even), settings, cpu).run.best_epochs == 12


def test_given_vectors_are_what_the_network_starts_from(rows, settings, cpu):
    vectors = WordVectors(["rain", "train"], np.array([[9.0, 0, 0], [0, 9.0, 0]], dtype=np.float32), [5, 4])
    still = settings.model_copy(update={"train": settings.train.model_copy(update={"learning_rate": 1e-9})})
    member = LstmMember.fit(rows, still, cpu, vectors=vectors)
    assert member.model.config.embedding == 3
    x, y, z = member.model.embedding.table.weight[member.reader.vocabulary.id_of("rain")].tolist()
    assert x > 0.1  # what the words share is taken away, and the rest scaled
    assert (x + y, z) == pytest.approx((0, 0), abs=1e-3)
