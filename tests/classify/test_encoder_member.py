import numpy as np
import pytest
import torch

from nlpbot.classify.config import ClassifySettings, TuningSettings
from nlpbot.classify.data import Labelled
from nlpbot.classify.encoder_member import EncoderMember
from nlpbot.core.bundles.bundle import BundleDraft, open_bundle
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.nn import SentenceEncoder, SentenceEncoderConfig
from nlpbot.core.text.labelled import Example
from nlpbot.core.text.word_features import WordFeatures
from nlpbot.core.training import TrainSettings
from nlpbot.encoding import Encoder

CPU = torch.device("cpu")
TEXTS = {
    "parcel": ["where is my parcel", "parcel is late", "no parcel yet", "track a parcel"],
    "hours": ["when do you open", "open on sunday", "opening hours", "until when are you open"],
}
SETTINGS = ClassifySettings(
    model="encoder",
    encoder=TuningSettings(max_tokens=8, train=TrainSettings(epochs=3, batch_size=4, learning_rate=0.01)),
)


@pytest.fixture(scope="module")
def data():
    return Labelled.of([Example(text, label) for label, texts in TEXTS.items() for text in texts])


@pytest.fixture(scope="module")
def encoder():
    torch.manual_seed(0)
    counts = [{word: 1 for texts in TEXTS.values() for text in texts for word in text.split()}]
    features = WordFeatures.choose(counts, words=100, parts=200, max_tokens=4)
    shape = {"words": len(features.words) + 1, "parts": len(features.parts) + 1}
    return Encoder(SentenceEncoder(SentenceEncoderConfig(**shape, embedding=8, hidden=6, size=12)), features, CPU)


@pytest.fixture(scope="module")
def member(data, encoder):
    return EncoderMember.fit(data, SETTINGS, encoder, CPU)


def test_texts_are_told_apart(member, data):
    assert member.scores(data.texts).argmax(axis=1).tolist() == list(data.labels)


def test_the_lstm_learns_and_words_stay_as_they_are(member, encoder):
    before, after = encoder.network.state_dict(), member.network.encoder.state_dict()
    changed = {name for name in before if not torch.allclose(before[name], after[name], atol=2e-2)}
    assert not any(name.startswith(("words.", "parts.")) for name in changed)
    assert member.run.steps == 6


def test_words_are_tuned_where_that_is_asked_for(data, encoder):
    tuning = SETTINGS.encoder.model_copy(update={"words": True})
    member = EncoderMember.fit(data, SETTINGS.model_copy(update={"encoder": tuning}), encoder, CPU)
    before, after = encoder.network.state_dict(), member.network.encoder.state_dict()
    assert not torch.allclose(before["words.table.weight"], after["words.table.weight"], atol=2e-2)


def test_the_best_weights_on_other_texts_are_kept(data, encoder):
    member = EncoderMember.fit(data, SETTINGS, encoder, CPU, valid=data)
    assert member.run.valid_loss == pytest.approx(member._loss_on(data)(), abs=0.05)


def test_a_text_is_read_as_far_as_is_asked(member, encoder):
    assert (encoder.features.max_tokens, member.features.max_tokens) == (4, 8)
    assert member.scores(["a " * 8 + "parcel"]).tolist() == member.scores(["a " * 8 + "open"]).tolist()


def test_leaving_out_a_piece_is_reading_without_it(member):
    text = "where is my parcel"
    found = {}

    def watched():
        found["scores"] = yield from member.scores_without(text, [(0, 5), (12, 18)])

    assert len(list(watched())) >= 1
    expected = member.scores(["is my parcel", "where is my"])
    assert np.allclose(found["scores"], expected, atol=1e-4)


def test_it_comes_back_from_a_bundle_as_it_was(member, data, tmp_path):
    draft = BundleDraft.start(tmp_path / "a")
    folder = draft.finish(Manifest(kind="classify", config=member.save(draft)))
    bundle = open_bundle(folder, kind="classify")
    again = EncoderMember.load(bundle, bundle.manifest.config, CPU)
    assert np.array_equal(again.scores(data.texts), member.scores(data.texts))
