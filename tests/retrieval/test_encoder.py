import numpy as np
import pytest
import torch

from nlpbot.core.bundles.bundle import BundleDraft, open_bundle
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.text.concepts import Concepts
from nlpbot.core.text.word_vectors import WordVectors
from nlpbot.core.training.config import TrainSettings
from nlpbot.retrieval.encoder import Encoder

CPU = torch.device("cpu")


def fitted(topics, settings, **options):
    return Encoder.fit(topics, settings, CPU, **{"concepts": Concepts(), **options})


def test_the_same_seed_trains_the_same_encoder(topics, settings, encoder):
    again = fitted(topics, settings)
    assert again.run.train_loss == encoder.run.train_loss > 0
    assert np.array_equal(again.encode(["parcel"], side="question"), encoder.encode(["parcel"], side="question"))


def test_texts_become_vectors_of_length_one_and_read_differently_by_side(encoder):
    asked, said = (encoder.encode(["parcel", "a link"], side=side) for side in ("question", "answer"))
    assert np.allclose(np.linalg.norm(asked, axis=1), 1, atol=1e-5)
    assert not np.allclose(asked, said)


def test_concepts_are_read_with_a_text(topics, settings):
    concepts = Concepts({"en": {"post": ["parcel", "letter"]}})
    read = fitted(topics, settings, concepts=concepts).reader.vocabulary
    assert read.id_of("<about_post>") is not None


def test_given_vectors_are_where_the_encoder_starts(topics, settings):
    words = WordVectors(["parcel", "link"], np.array([[1, 0, 1, 0, 0], [0, 1, 1, 0, 0]], dtype=np.float32), [1, 1])
    still = settings.model_copy(update={"train": TrainSettings(steps=1, batch_size=8, learning_rate=1e-9)})
    encoder = fitted(topics, still, vectors=words)
    rows = encoder.network.embedding.table.weight.detach()
    parcel, link = (rows[encoder.reader.vocabulary.id_of(word)] for word in ("parcel", "link"))
    assert torch.allclose(parcel, -link, atol=1e-6)  # what both share, the third number, is taken away
    assert torch.allclose(parcel[:2], parcel[0] * torch.tensor([1.0, -1.0]), atol=1e-6)
    assert parcel[0] > 0.1
    assert torch.allclose(parcel[2:], torch.zeros(3), atol=1e-6)


def test_a_saved_encoder_is_the_same_and_one_that_does_not_fit_is_refused(encoder, tmp_path):
    draft = BundleDraft.start(tmp_path / "out")
    config = encoder.save(draft)
    bundle = open_bundle(draft.finish(Manifest(kind="retrieval")), kind="retrieval")
    opened = Encoder.load(bundle, config, Concepts(), CPU)
    assert np.array_equal(opened.encode(["a", "b c"], side="answer"), encoder.encode(["a", "b c"], side="answer"))
    with pytest.raises(BundleError, match="don't fit"):
        Encoder.load(bundle, {"vocabulary": 3}, Concepts(), CPU)
