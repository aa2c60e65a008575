"""What the commands of `vision` do."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from nlpbot.core.config import load_settings, with_seed
from nlpbot.core.console import Table, print_json, print_table, print_text, progress_line
from nlpbot.core.device import resolve_device
from nlpbot.core.images.files import read_grey
from nlpbot.core.label_tables import print_by_label
from nlpbot.core.train_options import TrainOptions, start_run
from nlpbot.core.training_record import TrainedBundle, TrainingRecord, write_bundle
from nlpbot.vision.config import VisionSettings
from nlpbot.vision.data import ImageSet, load_images
from nlpbot.vision.evaluate import evaluate_images
from nlpbot.vision.predictor import NEIGHBOURS, VisionPredictor
from nlpbot.vision.train import TrainedVision, train_vision

__all__ = ["classify_pictures", "evaluate_bundle", "train_bundle"]

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
    kind = trained.predictor.kind
    served = {name: value for name, value in candidates[kind].items() if name != "seconds"}
    near = candidates.get(NEIGHBOURS)
    baseline = {"name": NAMES[NEIGHBOURS], **near} if near is not None else {}
    return {"served": kind, **served, "candidates": candidates}, baseline


def _comparison(trained: TrainedVision, out: Path) -> Table:
    """Return the candidates side by side, and which is served."""
    rows = [
        [
            NAMES.get(kind, kind) + (" (served)" if kind == trained.predictor.kind else ""),
            f"{c.valid_accuracy:.4f}" if c.valid_accuracy is not None else "–",
            f"{c.accuracy:.4f}",
            f"{c.seconds:.1f}",
        ]
        for kind, c in trained.candidates.items()
    ]
    title = f"{out}: {trained.run.steps} steps, {trained.seconds:.0f} s; {trained.protocol}"
    return Table(title, ["model", "accuracy held back", "test accuracy", "seconds"], rows)


def evaluate_bundle(
    bundle: Path, config: Path, *, data: Path | None, device: str, as_json: bool, predictions: Path | None = None
) -> None:
    """Print how a bundle does on test images, and write what is predicted."""
    predictor = VisionPredictor.load(bundle, device=device)
    images = _load(load_settings(config, VisionSettings), config, data)
    report = evaluate_images(predictor, images, predictions=predictions)
    if as_json:
        print_json(report)
        return
    limits = report["intervals"]
    rows = [[name, f"{report[name]:.4f}", f"{low:.4f} – {high:.4f}"] for name, (low, high) in limits.items()]
    print_table(report["protocol"], ["metric", "value", "95 % interval"], rows)
    print_by_label(report)


def classify_pictures(bundle: Path, paths: Sequence[Path], *, device: str, as_json: bool) -> None:
    """Print the digit of each picture."""
    predictor = VisionPredictor.load(bundle, device=device)
    found = predictor.predict([_ink(read_grey(path)) for path in paths])
    if as_json:
        rows = [{"file": str(p), "digit": r.label, "probability": max(r.probabilities)} for p, r in zip(paths, found)]
        print_json({"images": rows})
        return
    for path, recognised in zip(paths, found, strict=True):
        print_text(f"{path}\t{recognised.label}\t{max(recognised.probabilities):.3f}")


def _ink(grey: np.ndarray) -> np.ndarray:
    """Return ink from 0 to 1: a picture whose border is light is turned around."""
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return 1 - grey if border.mean() > 0.5 else grey


def _load(settings: VisionSettings, config: Path, data: Path | None) -> ImageSet:
    if data is not None:
        return load_images(settings.model_copy(update={"folder": "."}), data)
    return load_images(settings, config.parent)
