import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import estimator_checks

from nlpbot.classify import NlpbotClassifier

CHECKS = [
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_estimator_tags_renamed",
    "check_get_params_invariance",
    "check_mixin_order",
    "check_no_attributes_set_in_init",
    "check_parameters_default_constructible",
    "check_set_params",
    "check_valid_tag_types",
]
"""scikit-learn's checks that feed an estimator no numbers; the others want a matrix."""


@pytest.fixture
def classifier():
    return NlpbotClassifier("linear", device="cpu")


@pytest.fixture
def texts(asked):
    return [example.text for example in asked]


@pytest.fixture
def years(asked):
    """Labels that are no texts, and whose order is not that in which they come."""
    return [2026 if example.label == "weather" else 1999 for example in asked]


@pytest.mark.parametrize("check", CHECKS)
def test_scikit_learns_own_checks_pass(classifier, check):
    assert getattr(estimator_checks, check)("NlpbotClassifier", classifier) is None


@pytest.mark.filterwarnings("ignore:Can't test estimator")
def test_check_estimator_passes_where_it_applies_to_texts(classifier):
    results = estimator_checks.check_estimator(classifier, on_fail=None)
    assert {result["status"] for result in results} == {"passed"}


def test_labels_come_back_as_they_were_given_and_columns_have_their_order(classifier, texts, years):
    assert classifier.fit(np.array(texts), np.array(years)) is classifier
    assert classifier.classes_.tolist() == [1999, 2026]
    rows = classifier.predict_proba(texts)
    assert rows.sum(axis=1) == pytest.approx(1)
    assert classifier.predict(texts).tolist() == [1999 if row[0] > row[1] else 2026 for row in rows]
    assert classifier.score(texts, years) > 0.95


def test_more_than_ten_labels_keep_their_order(classifier):
    labels = [f"label {n:02}" for n in range(12)]
    texts = [f"{word}{n} {place}" for n, word in enumerate("abcdefghijkl") for place in ("here", "there", "now", "so")]
    classifier.fit(texts, np.repeat(labels, 4))
    assert classifier.predict(texts[::4]).tolist() == labels


def test_the_same_random_state_gives_the_same_classifier(classifier, texts, years):
    first, again = (clone(classifier).fit(texts, years).predict_proba(texts) for _ in range(2))
    assert np.array_equal(first, again)


def test_it_works_in_pipelines_and_cross_validation(classifier, texts, years):
    pipeline = make_pipeline(FunctionTransformer(lambda rows: [row.upper() for row in rows]), classifier)
    assert cross_val_score(pipeline, texts, years, cv=StratifiedKFold(3, shuffle=True, random_state=0)).mean() > 0.9


def test_before_it_is_fitted_it_says_so(classifier, texts):
    with pytest.raises(NotFittedError):
        classifier.predict(texts)


@pytest.mark.parametrize(
    ("texts", "labels", "error", "says"),
    [
        (["a", "b"], [1], ValueError, "inconsistent numbers of samples"),
        (["a", "b"], [1, 1], ValueError, "1 class found; at least two"),
        (iter(["a", None]), [1, 2], TypeError, r"texts\[1\]: None found"),
        ("a text", [1], TypeError, "found one text"),
    ],
)
def test_what_can_not_be_learned_from_is_refused(classifier, texts, labels, error, says):
    with pytest.raises(error, match=says):
        classifier.fit(texts, labels)
