"""What the commands of `vision` do."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from nlpbot.core.bundle import BundleDraft
from nlpbot.core.config import load_settings, with_seed
from nlpbot.core.console import print_json, print_table, print_text, progress_line
from nlpbot.core.device import resolve_device
from nlpbot.core.images.files import read_grey
from nlpbot.core.label_tables import print_by_label
from nlpbot.core.targets import check_free
from nlpbot.core.training_record import TrainingRecord, write_bundle
from nlpbot.vision.config import VisionSettings
from nlpbot.vision.data import ImageSet, load_images
from nlpbot.vision.evaluate import evaluate_images
from nlpbot.vision.predictor import NEIGHBOURS, VisionPredictor
from nlpbot.vision.train import TrainedVision, train_vision

__all__ = ["classify_pictures", "evaluate_bundle", "train_bundle"]

NAMES = {NEIGHBOURS: "3 nearest neighbours"}
"""What kinds are called to people, where that is not their name in settings."""


def train_bundle(
    config: Path,
    out: Path,
    *,
    device: str,
    force: bool = False,
    data: Path | None = None,
    seed: int | None = None,
    as_json: bool = False,
    quiet: bool = False,
) -> None:
    """Train by a settings file, write the bundle, and print the network beside nearest neighbours."""
    check_free(out, force=force)
    settings = load_settings(config, VisionSettings)
    settings = with_seed(settings, seed)
    images = _load(settings, config, data)
    with progress_line("training") as progress:
        trained = train_vision(images, settings, resolve_device(device), progress=progress)
    metrics, baseline = _figures(trained)
    record = TrainingRecord(
        settings=settings,
        seed=settings.seed,
        data=images.hashes,
        metrics=metrics,
        baseline=baseline,
        protocol=trained.protocol,
        seconds=trained.seconds,
    )
    write_bundle(BundleDraft.start(out, force=force), trained.predictor, record)
    if as_json:
        print_json(record.to_json(out))
    elif not quiet:
        _print_comparison(trained, out)


def _figures(trained: TrainedVision) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the metrics of what is served, and those of the baseline; empty where there is none."""
    candidates = {name: asdict(candidate) for name, candidate in trained.candidates.items()}
    kind = trained.predictor.kind
    served = {name: value for name, value in candidates[kind].items() if name != "seconds"}
    metrics = {"served": kind, **served, "train_loss": trained.train_loss, "steps": trained.steps}
    near = candidates.get(NEIGHBOURS)
    baseline = {"name": NAMES[NEIGHBOURS], **near} if near is not None else {}
    return {**metrics, "candidates": candidates}, baseline


def _print_comparison(trained: TrainedVision, out: Path) -> None:
    """Print the candidates side by side, and which is served."""
    rows = [
        [
            NAMES.get(kind, kind) + (" (served)" if kind == trained.predictor.kind else ""),
            f"{c.valid_accuracy:.4f}" if c.valid_accuracy is not None else "–",
            f"{c.accuracy:.4f}",
            f"{c.seconds:.1f}",
        ]
        for kind, c in trained.candidates.items()
    ]
    title = f"{out}: {trained.steps} steps, {trained.seconds:.0f} s; {trained.protocol}"
    print_table(title, ["model", "accuracy held back", "test accuracy", "seconds"], rows)


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
