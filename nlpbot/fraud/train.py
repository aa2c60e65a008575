"""Train a fraud scorer: a detector, a classifier of kinds where kinds are given, and thresholds."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from nlpbot.classify.config import ClassifySettings, NetworkName, choose_settings
from nlpbot.classify.data import Labelled
from nlpbot.classify.train import TrainedClassifier, train_classifier, train_linear
from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.measures.labels import binary_metrics
from nlpbot.core.text.labelled import Example
from nlpbot.core.training import RunFolder
from nlpbot.encoding import Encoder
from nlpbot.fraud.config import FraudSettings
from nlpbot.fraud.data import FRAUD, as_fraud_or_honest, by_kind
from nlpbot.fraud.predictor import FraudPredictor
from nlpbot.fraud.thresholds import Thresholds
from nlpbot.fraud.wording import Wording

__all__ = ["TrainedFraud", "train_fraud"]


@dataclass(frozen=True, slots=True)
class TrainedFraud:
    """What a training run leaves."""

    predictor: FraudPredictor
    detector: TrainedClassifier
    classify: ClassifySettings
    """Of the detector, as given or as chosen for the data."""
    settings: FraudSettings
    """With those of the classifier, which may have been chosen for the data."""
    metrics: dict[str, float]
    """Of the detector on texts held out, under the usual names."""


def train_fraud(
    examples: Sequence[Example],
    settings: FraudSettings,
    device: torch.device,
    *,
    wording: Wording,
    encoder: Encoder | None = None,
    folder: RunFolder | None = None,
    progress: ProgressLine | None = None,
) -> TrainedFraud:
    """Return the scorer of labelled messages.

    Args:
        examples: labelled; `settings.positive` says which labels mean fraud.
        settings: of the scorer; without `classify` those are chosen for the data.
        device: where to train.
        wording: what the scorer is to say of its verdicts.
        encoder: that is tuned; without one an LSTM is trained, unless the settings say otherwise.
        folder: takes checkpoints.
        progress: shows how far it is.

    Raises:
        DataError: there is no fraud, or nothing else.
    """
    relabelled = as_fraud_or_honest(examples, settings.positive)
    rows = Labelled.of(relabelled)
    network: NetworkName = "encoder" if encoder is not None else "lstm"
    chosen = settings.classify or choose_settings(rows.texts, labels=2, network=network)
    detector = train_classifier(rows, chosen, device, encoder=encoder, folder=folder, progress=progress)
    named = by_kind(relabelled)
    kinds = train_linear(Labelled.of(named), seed=chosen.seed) if named else None
    truth = detector.held_out_labels == rows.names.index(FRAUD)
    probability = detector.held_out_probabilities[:, rows.names.index(FRAUD)]
    thresholds = Thresholds.choose(
        truth, probability, false_alarm_rate=settings.false_alarm_rate, miss_rate=settings.miss_rate
    )
    predictor = FraudPredictor(detector.predictor, kinds, thresholds, synthetic=settings.synthetic, wording=wording)
    whole = settings.model_copy(update={"classify": chosen})
    return TrainedFraud(predictor, detector, chosen, whole, binary_metrics(truth, probability))
