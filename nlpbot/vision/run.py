"""What the commands of `vision` do."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from nlpbot.core.images.files import read_grey
from nlpbot.core.kernel.config import load_settings, with_seed
from nlpbot.core.kernel.console import Table, progress_line
from nlpbot.core.kernel.device import resolve_device
from nlpbot.core.runs.evaluation_report import EvaluationReport
from nlpbot.core.runs.train_options import TrainOptions, start_run
from nlpbot.core.runs.training_record import TrainedBundle, TrainingRecord, write_bundle
from nlpbot.core.terminal.label_tables import label_tables
from nlpbot.vision.config import VisionSettings
from nlpbot.vision.data import ImageSet, load_images
from nlpbot.vision.evaluate import evaluate_images
from nlpbot.vision.predictor import NEIGHBOURS, Recognised, VisionPredictor
from nlpbot.vision.train import TrainedVision, train_vision

__all__ = ["RecognisedPictures", "classify", "evaluate", "train_bundle"]

NAMES = {NEIGHBOURS: "3 nearest neighbours"}
"""What kinds are called to people, where that is not their name in settings."""


def train_bundle(config: Path, options: TrainOptions, *, data: Path | None = None) -> TrainedBundle:
    """Return the bundle that was trained by a settings file, the network beside nearest neighbours.

    Args:
        config: the settings file.
        options: where to, and how.
        data: folder of the images, instead of the settings'.
    """
    options.check()
    settings = with_seed(load_settings(config, VisionSettings), options.seed)
    images = _load(settings, config, data)
    with start_run(options, settings, images.hashes) as run:
        with progress_line("training") as progress:
            device = resolve_device(options.device)
            trained = train_vision(images, run.settings, device, folder=run.folder, progress=progress)
        metrics, baseline = _figures(trained)
        record = TrainingRecord(
            settings=run.settings,
            seed=run.settings.seed,
            data=run.data,
            metrics=metrics,
            baseline=baseline,
            protocol=trained.protocol,
            seconds=trained.seconds,
            run=trained.run,
        )
        folder = write_bundle(run.draft, trained.predictor, record)
    return TrainedBundle(folder, record, [_comparison(trained, folder)])


def _figures(trained: TrainedVision) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the metrics of what is served, and those of the baseline; empty where there is none."""
    candidates = {name: asdict(candidate) for name, candidate in trained.candidates.items()}
    kind = trained.predictor.model
    served = {name: value for name, value in candidates[kind].items() if name != "seconds"}
    near = candidates.get(NEIGHBOURS)
    baseline = {"name": NAMES[NEIGHBOURS], **near} if near is not None else {}
    return {"served": kind, **served, "candidates": candidates}, baseline


def _comparison(trained: TrainedVision, out: Path) -> Table:
    """Return the candidates side by side, and which is served."""
    rows = [
        [
            NAMES.get(kind, kind) + (" (served)" if kind == trained.predictor.model else ""),
            f"{c.valid_accuracy:.4f}" if c.valid_accuracy is not None else "–",
            f"{c.accuracy:.4f}",
            f"{c.seconds:.1f}",
        ]
        for kind, c in trained.candidates.items()
    ]
    title = f"{out}: {trained.run.steps} steps, {trained.seconds:.0f} s; {trained.protocol}"
    return Table(title, ["model", "accuracy held back", "test accuracy", "seconds"], rows)


def evaluate(
    bundle: Path, config: Path, *, data: Path | None = None, predictions: Path | None = None, device: str = "auto"
) -> EvaluationReport:
    """Return how a bundle does on test images, and write what is predicted.

    Args:
        bundle: of the classifier.
        config: settings file that names the images.
        data: folder of the images, instead of the settings'.
        predictions: a file to write, a row for each image.
        device: where to compute.
    """
    predictor = VisionPredictor.load(bundle, device=device)
    images = _load(load_settings(config, VisionSettings), config, data)
    report = evaluate_images(predictor, images, predictions=predictions)
    rows = [
        [name, f"{report.metrics[name]:.4f}", f"{low:.4f} – {high:.4f}"]
        for name, (low, high) in report.intervals.items()
    ]
    figures = Table(report.protocol, ["metric", "value", "95 % interval"], rows)
    return replace(report, tables=[figures, *label_tables(report.details)])


@dataclass(frozen=True, slots=True)
class RecognisedPictures:
    """Pictures, and what each of them shows."""

    paths: Sequence[Path]
    found: Sequence[Recognised]

    def to_json(self) -> dict[str, Any]:
        """Return each picture with its digit and how probable that is."""
        rows = [
            {"file": str(path), "digit": recognised.label, "probability": max(recognised.probabilities)}
            for path, recognised in zip(self.paths, self.found, strict=True)
        ]
        return {"images": rows}

    @property
    def tables(self) -> list[str]:
        """A line for each picture."""
        return [
            f"{path}\t{recognised.label}\t{max(recognised.probabilities):.3f}"
            for path, recognised in zip(self.paths, self.found, strict=True)
        ]


def classify(bundle: Path, paths: Sequence[Path], *, device: str) -> RecognisedPictures:
    """Return the digit of each picture."""
    predictor = VisionPredictor.load(bundle, device=device)
    return RecognisedPictures(paths, predictor.predict([_ink(read_grey(path)) for path in paths]))


def _ink(grey: np.ndarray) -> np.ndarray:
    """Return ink from 0 to 1: a picture whose border is light is turned around."""
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return 1 - grey if border.mean() > 0.5 else grey


def _load(settings: VisionSettings, config: Path, data: Path | None) -> ImageSet:
    if data is not None:
        return load_images(settings.model_copy(update={"folder": "."}), data)
    return load_images(settings, config.parent)
