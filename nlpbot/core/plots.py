"""Pictures, with matplotlib, which the extra ``plots`` installs."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nlpbot.core.errors import ConfigError
from nlpbot.core.training.curves import Point, overfitting_starts

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["PICTURE_KINDS", "check_plot", "curves_figure", "plot_curves"]

PICTURE_KINDS = (".png", ".svg", ".pdf")
INSTALL = "pip install 'nlpbot[plots]'"
SIZE_INCHES, DOTS_PER_INCH = (8.0, 5.0), 150
TRAIN, VALID, WARNING = "#3b6ea5", "#c8553d", "#666666"


def check_plot(path: Path) -> None:
    """Refuse a picture that can't be drawn, before hours are spent on what it shows.

    Raises:
        ConfigError: matplotlib is missing, the folder is, or the name ends in no kind of picture.
    """
    if path.suffix.lower() not in PICTURE_KINDS:
        raise ConfigError(f"{path}: no name of a picture; one that ends in {', '.join(PICTURE_KINDS)} wanted")
    if not path.parent.is_dir():
        raise ConfigError(f"{path.parent}: no such folder; make it first, or choose another --plot")
    _figure()


def plot_curves(points: Sequence[Point], path: Path, *, unit: str = "nats a token") -> None:
    """Draw the losses of a run into a file, and mark where over-fitting starts.

    Args:
        points: of the run, by step.
        path: of the picture, which is replaced.
        unit: of the losses.

    Raises:
        ConfigError: as `check_plot`.
    """
    check_plot(path)
    curves_figure(points, unit=unit).savefig(path)


def curves_figure(points: Sequence[Point], *, unit: str = "nats a token") -> "Figure":
    """Return the picture that `plot_curves` writes."""
    figure = _figure()
    axes = figure.add_subplot()
    axes.plot([point.step for point in points], [point.train_loss for point in points], color=TRAIN, label="training")
    measured = [(point.step, point.valid_loss) for point in points if point.valid_loss is not None]
    if measured:
        steps, losses = zip(*measured, strict=True)
        axes.plot(steps, losses, color=VALID, marker="o", markersize=4, label="validation")
    began = overfitting_starts(points)
    if began is not None:
        axes.axvline(began, color=WARNING, linestyle="--", label=f"over-fitting starts at step {began:,}")
        axes.axvspan(began, points[-1].step, color=WARNING, alpha=0.1)
    axes.set(xlabel="step", ylabel=f"loss ({unit})")
    axes.grid(alpha=0.3)
    axes.legend()
    return figure


def _figure() -> "Figure":
    """Return an empty figure; not through pyplot, which keeps figures alive and looks for a display."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ConfigError(f"pictures need matplotlib: {INSTALL}") from error
    return Figure(figsize=SIZE_INCHES, dpi=DOTS_PER_INCH, layout="constrained")
