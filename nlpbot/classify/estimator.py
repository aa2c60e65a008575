"""The classifier as a scikit-learn estimator, for its pipelines, searches and cross-validation."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_consistent_length, check_is_fitted, column_or_1d

from nlpbot.classify.config import ModelName, NetworkName, choose_settings
from nlpbot.classify.data import Labelled
from nlpbot.classify.train import train_classifier
from nlpbot.core.kernel.device import resolve_device
from nlpbot.core.text.given import given_texts
from nlpbot.core.text.labelled import Example
from nlpbot.encoding.own import encoder_of, fitting_encoder

__all__ = ["NlpbotClassifier"]


class NlpbotClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """A text classifier with calibrated probabilities: linear, a network or both, as does best on texts held out.

    Args:
        model: auto, linear, lstm, encoder or stacked.
        random_state: the same number gives the same classifier.
        device: where to compute.

    Attributes:
        classes_: the labels, sorted; columns of probabilities have their order.
        predictor_: the trained `ClassifyPredictor`.
    """

    def __init__(self, model: ModelName = "auto", *, random_state: int = 0, device: str = "auto") -> None:
        self.model = model
        self.random_state = random_state
        self.device = device

    def fit(self, X: Iterable[str], y: Any) -> "NlpbotClassifier":  # noqa: N803  # scikit-learn's name
        """Train on texts with their labels, and return self.

        Raises:
            TypeError: a value of `X` is no text.
            ValueError: there are not as many labels as texts, or fewer than two different ones.
        """
        texts, labels = given_texts(X), column_or_1d(y)
        check_consistent_length(texts, labels)
        self.classes_, numbers = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"{len(self.classes_)} class found; at least two expected")
        examples = [Example(text, str(number)) for text, number in zip(texts, numbers, strict=True)]
        names = [str(number) for number in range(len(self.classes_))]
        tuned, device = fitting_encoder(texts, None), resolve_device(self.device)
        network: NetworkName = "encoder" if tuned is not None else "lstm"
        settings = choose_settings(texts, labels=len(names), model=self.model, network=network, seed=self.random_state)
        encoder = encoder_of(tuned, device) if tuned is not None else None
        trained = train_classifier(Labelled.of(examples, names=names), settings, device, encoder=encoder)
        self.predictor_ = trained.predictor
        return self

    def predict_proba(self, X: Iterable[str]) -> Float[ndarray, "N L"]:  # noqa: N803
        """Return the probability of each label, of shape (texts, labels)."""
        check_is_fitted(self)
        return self.predictor_.probabilities(X)

    def predict(self, X: Iterable[str]) -> ndarray:  # noqa: N803
        """Return the likeliest label of each text."""
        likeliest = self.predict_proba(X).argmax(axis=1)
        return np.asarray(self.classes_[likeliest])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.one_d_array, tags.input_tags.two_d_array = True, True, False
        return tags
