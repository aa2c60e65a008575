import pytest

from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.errors import BundleError, DataError
from nlpbot.vectors import VectorsPredictor


@pytest.fixture(scope="module")
def predictor(bundle):
    return VectorsPredictor.load(bundle)


def test_words_together_and_one_by_one_have_the_same_neighbours(predictor):
    together = predictor.predict(["cat", "Loan"], count=3)
    assert together == [predictor.predict([word], count=3)[0] for word in ("cat", "loan")]
    assert [len(found) for found in together] == [3, 3]
    assert {found.word for found in together[0]} < {"dog", "hen", "cow", "pig", "fox"}
    assert together[0][0].similarity >= together[0][1].similarity


def test_nothing_asked_is_nothing_answered(predictor):
    assert predictor.predict([]) == []


def test_one_bare_word_is_a_programmers_mistake(predictor):
    with pytest.raises(TypeError, match="a list of words expected"):
        predictor.predict("cat")


def test_an_analogy_stays_in_the_topic_it_is_led_to(predictor):
    answers = predictor.analogy("cat", "dog", "loan", count=3)
    assert {found.word for found in answers} < {"bank", "cash", "debt", "coin", "bill"}
    with pytest.raises(DataError, match="'unicorn'"):
        predictor.analogy("cat", "dog", "unicorn")


def test_a_bundle_of_another_kind_is_refused(tmp_path):
    BundleDraft.start(tmp_path / "out").finish(Manifest(kind="lm"))
    with pytest.raises(BundleError, match="a bundle of lm; one of vectors expected"):
        VectorsPredictor.load(tmp_path / "out")
