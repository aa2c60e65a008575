import numpy as np
import pytest
import torch

from nlpbot.core.bundles.bundle import BundleDraft, open_bundle
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.nn import SentenceEncoder, SentenceEncoderConfig
from nlpbot.core.text.word_features import WordFeatures
from nlpbot.encoding import Encoder

CPU = torch.device("cpu")
TEXTS = ["where is my parcel", "택배 어디", "", "x " * 300]


@pytest.fixture
def encoder():
    torch.manual_seed(0)
    counts = [{f"word{n}": 1 for n in range(900)} | {"where": 3, "parcel": 2}, {"택배": 2, "어디": 1}]
    features = WordFeatures.choose(counts, words=900, parts=400, max_tokens=16)
    config = SentenceEncoderConfig(
        words=len(features.words) + 1, parts=len(features.parts) + 1, embedding=8, hidden=6, size=10
    )
    return Encoder(SentenceEncoder(config), features, CPU)


def saved(encoder, out):
    draft = BundleDraft.start(out)
    return draft.finish(Manifest(kind="sentences", config=encoder.save(draft)))


def test_each_text_has_a_vector_of_length_one_in_its_place(encoder):
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (4, 10)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1] * 4, abs=1e-5)
    for row, text in enumerate(TEXTS):
        assert np.allclose(encoder.encode([text])[0], vectors[row], atol=1e-5)
    assert encoder.encode([]).shape == (0, 10)


def test_eight_bits_hardly_move_a_vector(encoder, tmp_path):
    bundle = open_bundle(saved(encoder, tmp_path / "a"), kind="sentences")
    again = Encoder.load(bundle, bundle.manifest.config, CPU)
    assert (again.encode(TEXTS) * encoder.encode(TEXTS)).sum(axis=1).min() > 0.999
    sizes = bundle.read_tensors("encoder.safetensors")
    assert sizes["words.table.weight"].dtype == torch.int8


def test_a_bundle_of_another_shape_is_refused(encoder, tmp_path):
    bundle = open_bundle(saved(encoder, tmp_path / "a"), kind="sentences")
    with pytest.raises(BundleError, match="weights don't fit"):
        Encoder.load(bundle, {**bundle.manifest.config, "hidden": 7}, CPU)


def test_the_words_of_a_text_are_counted(encoder):
    assert encoder.words_in("where is my parcel?") == 4
