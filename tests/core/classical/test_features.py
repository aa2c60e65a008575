import json

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from nlpbot.core.classical import features as module
from nlpbot.core.classical.features import NgramFeatures
from nlpbot.core.classical.ngrams import TOKEN
from nlpbot.core.kernel.errors import BundleError, DataError

TEXTS = ["pay <amount> now", "pay me now", "점심 먹자", "점심 같이 먹자"]


def test_rows_are_unit_weights_of_words_pairs_and_characters() -> None:
    features, _ = NgramFeatures.fit(TEXTS)
    rows = features.transform(TEXTS)
    assert rows.shape == (4, len(features))
    words, characters = features.to_json()
    assert {"pay", "now", "점심"} <= set(words)
    assert "me" not in words  # it comes once
    assert {"pa", " pay ", "점심"} <= set(characters)
    np.testing.assert_allclose(np.asarray(rows.multiply(rows).sum(axis=1)).ravel(), 2, rtol=1e-5)  # one of each kind


def test_pairs_of_words_and_masks_are_words() -> None:
    assert {"<amount> now", "pay <amount>"} <= set(NgramFeatures.fit(TEXTS, min_count=1)[0].to_json()[0])


def test_where_every_word_comes_once_all_are_kept() -> None:
    assert "hello" in NgramFeatures.fit(["hello there", "안녕"])[0].to_json()[0]


def test_saved_features_give_the_same_rows() -> None:
    features, _ = NgramFeatures.fit(TEXTS)
    again = NgramFeatures.from_parts(json.loads(json.dumps(features.to_json())), features.weights())
    texts = [*TEXTS, "never seen", ""]
    np.testing.assert_allclose(again.transform(texts).toarray(), features.transform(texts).toarray(), rtol=1e-6)


@pytest.mark.parametrize("texts", [[], ["", "  "]])
def test_texts_without_words_are_refused(texts: list[str]) -> None:
    with pytest.raises(DataError, match="no words found"):
        NgramFeatures.fit(texts)


@pytest.mark.parametrize(
    "ngrams", [None, {}, [["a"], ["b"]], [["a", "b", "c"]], ["abc", ""], [["a"], ["b"], ["c"]], [1, 2]]
)
def test_names_that_do_not_fit_the_weights_are_refused(ngrams: object) -> None:
    with pytest.raises(BundleError, match="don't fit each other"):
        NgramFeatures.from_parts(ngrams, np.ones(3, dtype=np.float32))


def test_the_rows_of_the_texts_it_was_fitted_on_come_along():
    features, rows = NgramFeatures.fit(TEXTS)
    assert abs(rows - features.transform(TEXTS)).max() < 1e-6


def test_weights_of_words_are_those_of_scikit_learn():
    library = TfidfVectorizer(tokenizer=TOKEN.findall, token_pattern=None, ngram_range=(1, 2), sublinear_tf=True)
    expected = library.fit_transform([*TEXTS, "pay pay pay"])
    features, rows = NgramFeatures.fit([*TEXTS, "pay pay pay"], min_count=1)
    assert features.to_json()[0] == library.get_feature_names_out().tolist()
    np.testing.assert_allclose(rows[:, : expected.shape[1]].toarray(), expected.toarray(), rtol=1e-6)


def test_of_too_many_ngrams_the_most_frequent_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_FEATURES", 2)
    assert NgramFeatures.fit(["b b a", "b b a", "b c", "c b"])[0].to_json()[0] == ["b", "b b"]
