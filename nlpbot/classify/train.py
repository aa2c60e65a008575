"""Train a text classifier: the linear baseline, the LSTM, and both stacked; choose on texts held out; calibrate."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray

from nlpbot.classify.config import ClassifySettings
from nlpbot.classify.data import Labelled
from nlpbot.classify.encoder_member import EncoderMember
from nlpbot.classify.fits import LINEAR, Fits
from nlpbot.classify.members import LinearMember, LstmMember, Member
from nlpbot.classify.predictor import ClassifyPredictor
from nlpbot.core.classical.calibration import Calibration
from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.measures.labels import label_metrics
from nlpbot.core.text.message_reader import plain
from nlpbot.core.text.splits import k_folds
from nlpbot.core.text.word_vectors import WordVectors
from nlpbot.core.training import RunFolder, RunResult
from nlpbot.encoding import Encoder

__all__ = ["Candidate", "TrainedClassifier", "train_classifier", "train_linear"]

Scores = Float[ndarray, "N L"]
STACKED = "stacked"


@dataclass(frozen=True, slots=True)
class Candidate:
    """How one of the models did on texts held out."""

    log_loss: float
    """Mean negative log-likelihood, in nats a text; the lowest is served."""
    accuracy: float
    macro_f1: float
    seconds: float
    """Time that its last training took."""


@dataclass(frozen=True, slots=True)
class TrainedClassifier:
    """What a training run leaves."""

    predictor: ClassifyPredictor
    """The model that is to be served."""
    baseline: ClassifyPredictor
    """The linear model alone, calibrated."""
    alternatives: dict[str, ClassifyPredictor]
    """Each candidate, calibrated."""
    chosen: str
    """Which candidate is served."""
    candidates: dict[str, Candidate]
    """All that were trained, side by side."""
    held_out_labels: ndarray
    """The true labels of the texts held out."""
    held_out_probabilities: Scores
    """What the served model, fitted without them, gave to the texts held out."""
    protocol: str
    seconds: float
    run: RunResult | None
    """How the network was trained on all rows; None where there is none."""


@dataclass(slots=True)
class _HeldOut:
    """Scores that members gave to texts they had not seen."""

    scores: dict[str, Scores]
    labels: ndarray
    epochs: int


def train_classifier(
    data: Labelled,
    settings: ClassifySettings,
    device: torch.device,
    *,
    valid: Labelled | None = None,
    vectors: WordVectors | None = None,
    encoder: Encoder | None = None,
    folder: RunFolder | None = None,
    progress: ProgressLine | None = None,
) -> TrainedClassifier:
    """Return the classifier that does best on texts held out, with the linear baseline beside it.

    Args:
        data: labelled texts.
        settings: which models, and how.
        device: where networks are trained.
        valid: texts to choose and calibrate on; without them, inner folds of `data`.
        vectors: word vectors that an LSTM starts from.
        encoder: that is tuned, where the settings have one tuned.
        folder: takes checkpoints of the networks.
        progress: shows how far it is.

    Raises:
        ConfigError: an encoder is to be tuned, and none is given.
        DataError: there are fewer groups of rows than inner folds.
    """
    start = time.monotonic()
    data = _read(data)  # once for all, since models and folds read the same texts again and again
    valid = _read(valid) if valid is not None else None
    fits = Fits(settings, device, vectors, encoder, folder, progress)
    members: dict[str, Member] = {}
    times: dict[str, float] = {}
    held_out = _inner_folds(data, fits) if valid is None else None
    for name in fits.names:
        began = time.monotonic()
        if name == LINEAR:
            members[name] = fits.linear(data)
        elif held_out is not None:
            members[name] = fits.network(data, "all", epochs=held_out.epochs)
        else:
            members[name] = fits.network(data, "all", valid=valid)
        times[name] = time.monotonic() - began
    if held_out is None and valid is not None:
        scores = {name: member.scores(valid.texts) for name, member in members.items()}
        held_out = _HeldOut(scores, np.asarray(valid.labels), 0)
    assert held_out is not None  # noqa: S101  # one of the two ways was taken
    return _choose(data, settings, members, held_out, times, _protocol(settings, valid), start)


def train_linear(data: Labelled, *, seed: int) -> ClassifyPredictor:
    """Return the linear model alone, not calibrated: enough where only the order of the labels counts."""
    member = LinearMember.fit(_read(data), ClassifySettings(seed=seed))
    return ClassifyPredictor(data.names, {"linear": member}, Calibration((1.0,), (0.0,) * len(data.names)))


def _read(data: Labelled) -> Labelled:
    return replace(data, texts=tuple(map(plain, data.texts)))


def _inner_folds(data: Labelled, fits: Fits) -> _HeldOut:
    """Return the scores of every text by members trained on the other folds."""
    folds = k_folds(data.labels, data.groups, folds=fits.settings.folds, seed=fits.settings.seed)
    shape = (len(data), len(data.names))
    scores = {name: np.zeros(shape, dtype=np.float32) for name in fits.names}
    epochs: list[int] = []
    for number, (train_rows, held_rows) in enumerate(folds):
        train, held = data.at(train_rows), data.at(held_rows)
        for name in fits.names:
            if name == LINEAR:
                scores[name][held_rows] = fits.linear(train).scores(held.texts)
                continue
            member = fits.network(train, f"fold-{number}", valid=held)
            epochs.append(member.run.best_epochs if member.run is not None else 0)
            scores[name][held_rows] = member.scores(held.texts)
    return _HeldOut(scores, np.asarray(data.labels), int(np.median(epochs)) if epochs else 0)


def _choose(
    data: Labelled,
    settings: ClassifySettings,
    members: dict[str, Member],
    held_out: _HeldOut,
    times: dict[str, float],
    protocol: str,
    start: float,
) -> TrainedClassifier:
    candidates: dict[str, Candidate] = {}
    judged: dict[str, Scores] = {}
    parts_of = {name: (name,) for name in members} | ({STACKED: tuple(members)} if len(members) > 1 else {})
    for name, parts in parts_of.items():
        scores = [held_out.scores[part] for part in parts]
        judged[name] = _crossfitted(scores, held_out.labels, settings.seed)
        candidates[name] = _judge(judged[name], held_out.labels, sum(times[part] for part in parts))
    best = min(candidates, key=lambda name: candidates[name].log_loss)
    chosen = best if settings.model == "auto" else settings.model

    def assembled(name: str) -> ClassifyPredictor:
        parts = parts_of[name]
        calibration = Calibration.fit([held_out.scores[part] for part in parts], held_out.labels.tolist())
        return ClassifyPredictor(data.names, {part: members[part] for part in parts}, calibration)

    alternatives = {name: assembled(name) for name in parts_of}
    return TrainedClassifier(
        predictor=alternatives[chosen],
        baseline=alternatives[LINEAR],
        alternatives=alternatives,
        chosen=chosen,
        candidates=candidates,
        held_out_labels=held_out.labels,
        held_out_probabilities=judged[chosen],
        protocol=protocol,
        seconds=time.monotonic() - start,
        run=next((member.run for member in members.values() if isinstance(member, (LstmMember, EncoderMember))), None),
    )


def _crossfitted(scores: Sequence[Scores], labels: ndarray, seed: int) -> Scores:
    """Return probabilities for each half of the held-out texts by a blend fitted on the other half."""
    half = np.random.default_rng(seed).permutation(len(labels)) % 2 == 0
    probabilities = np.zeros(scores[0].shape)
    for fitted, judged in ((half, ~half), (~half, half)):
        blend = Calibration.fit([s[fitted] for s in scores], labels[fitted].tolist())
        probabilities[judged] = blend.probabilities([s[judged] for s in scores])
    return probabilities


def _judge(probabilities: Scores, labels: ndarray, seconds: float) -> Candidate:
    metrics = label_metrics(labels, probabilities)
    likelihood = probabilities[np.arange(len(labels)), labels].clip(1e-12)
    return Candidate(-float(np.log(likelihood).mean()), metrics["accuracy"], metrics["macro_f1"], seconds)


def _protocol(settings: ClassifySettings, valid: Labelled | None) -> str:
    if valid is not None:
        return f"trained on all rows given; chosen and calibrated on {len(valid)} rows held out; seed {settings.seed}"
    return (
        f"chosen, stacked and calibrated on scores of {settings.folds} inner folds, near-duplicates and groups kept "
        f"together; then trained on all rows; seed {settings.seed}"
    )
