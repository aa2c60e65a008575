import json

import numpy as np
import pytest
import torch

from nlpbot.core.classical import classifier
from nlpbot.core.classical.classifier import LinearClassifier
from nlpbot.core.kernel.errors import BundleError

TOPICS = ["bank card money", "dog cat pet", "rain sun snow", "train bus car"]
TEXTS = [f"{topic} {word}" for topic in TOPICS for word in ("today", "again", "please")]
LABELS = [number for number in range(4) for _ in range(3)]


@pytest.mark.parametrize(("labels", "many"), [(2, 20), (4, 20), (4, 3)])  # two labels, some, and by an SVM
def test_labels_are_told_apart(labels: int, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "MANY_LABELS", many)
    model = LinearClassifier.fit(TEXTS[: 3 * labels], LABELS[: 3 * labels], count=labels, seed=0)
    scores = model.scores([f"my {topic}" for topic in TOPICS[:labels]])
    assert scores.argmax(axis=1).tolist() == list(range(labels))


@pytest.mark.parametrize("present", [(1, 3), (2,), (0, 1, 3)])
def test_a_label_without_texts_gets_the_lowest_score_and_changes_no_other(present: tuple[int, ...]) -> None:
    texts = [text for text, label in zip(TEXTS, LABELS, strict=True) if label in present]
    labels = [label for label in LABELS if label in present]
    scores = LinearClassifier.fit(texts, labels, count=4, seed=0).scores(TEXTS)
    absent = [label for label in range(4) if label not in present]
    assert scores[:, absent].max() < scores[:, present].min()
    dense = LinearClassifier.fit(texts, [present.index(label) for label in labels], count=len(present), seed=0)
    np.testing.assert_array_equal(scores[:, present], dense.scores(TEXTS))


def test_two_labels_have_the_probability_of_logistic_regression() -> None:
    model = LinearClassifier.fit(TEXTS[:6], LABELS[:6], count=2, seed=0)
    scores = model.scores(["bank dog"])
    assert scores[0, 0] == 0
    assert scores[0, 1] == pytest.approx(0, abs=0.5)  # as much of one as of the other


def test_the_same_seed_fits_the_same_weights() -> None:
    one, other = (LinearClassifier.fit(TEXTS, LABELS, count=4, seed=3).scores(TEXTS) for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_a_saved_classifier_scores_the_same() -> None:
    model = LinearClassifier.fit(TEXTS, LABELS, count=4, seed=0)
    ngrams = json.loads(json.dumps(model.features.to_json()))
    again = LinearClassifier.from_parts(ngrams, model.tensors())
    np.testing.assert_allclose(again.scores([*TEXTS, "new", ""]), model.scores([*TEXTS, "new", ""]), rtol=1e-6)


def test_mostly_empty_weights_are_saved_without_what_is_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "MANY_LABELS", 3)
    model = LinearClassifier.fit(TEXTS[:9], LABELS[:9], count=40, seed=0)
    tensors = model.tensors()
    assert "weights" not in tensors
    assert len(tensors["weights.data"]) < 0.1 * len(model.features) * 40
    again = LinearClassifier.from_parts(model.features.to_json(), tensors)
    np.testing.assert_array_equal(again.scores([*TEXTS, "new"]), model.scores([*TEXTS, "new"]))
    with pytest.raises(BundleError, match="not a matrix of"):
        LinearClassifier.from_parts(model.features.to_json(), tensors | {"weights.indptr": torch.zeros(3)})


def test_an_svm_keeps_no_weights_that_hardly_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "MANY_LABELS", 3)
    texts = [f"{topic} {word} {other}" for topic in TOPICS for word in TOPICS[0].split() for other in TOPICS[1].split()]
    labels = [number for number in range(4) for _ in range(9)]
    scores, kept = [], []
    for least in (0.0, 0.05):
        monkeypatch.setattr(classifier, "SVM_LEAST", least)
        model = LinearClassifier.fit(texts, labels, count=4, seed=0)
        weights = model.tensors()["weights"]
        kept.append(int(weights.count_nonzero()))
        scores.append(model.scores(texts))
    assert weights[weights != 0].abs().min() >= 0.05
    assert kept[1] < kept[0]
    np.testing.assert_allclose(*scores, atol=0.2)
    np.testing.assert_array_equal(scores[1].argmax(axis=1), labels)


def test_parts_that_do_not_fit_are_refused() -> None:
    model = LinearClassifier.fit(TEXTS, LABELS, count=4, seed=0)
    ngrams, tensors = model.features.to_json(), model.tensors()
    with pytest.raises(BundleError, match="'idf' is missing"):
        LinearClassifier.from_parts(ngrams, {name: tensors[name] for name in ("weights", "bias")})
    with pytest.raises(BundleError, match="weights don't fit"):
        LinearClassifier.from_parts(ngrams, tensors | {"bias": tensors["bias"][:2]})
    with pytest.raises(BundleError, match="don't fit each other"):
        LinearClassifier.from_parts(ngrams[:1], tensors)
