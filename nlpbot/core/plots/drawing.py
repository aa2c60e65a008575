"""Pictures, with matplotlib, which the extra ``plots`` installs: the losses of a run, words in the plane."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.plots.label_placement import place_labels
from nlpbot.core.training.curves import Point, overfitting_starts

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

__all__ = ["PICTURE_KINDS", "check_plot", "curves_figure", "font_families", "plot_curves", "plot_words", "words_figure"]

PICTURE_KINDS = (".png", ".svg", ".pdf")
INSTALL = "pip install 'nlpbot[plots]'"
SIZE_INCHES, DOTS_PER_INCH = (8.0, 5.0), 150
POINTS_PER_INCH = 72
TRAIN, VALID, WARNING = "#3b6ea5", "#c8553d", "#666666"
GROUPS = ("#3b6ea5", "#c8553d", "#3f7d4e", "#8a5aa8", "#9a6b1f", "#1f8a8a", "#b0447a", "#555555")
"""Colours dark enough to read."""
ROOMY, LARGEST = 40, 2.5
"""Labels that fit into a picture of the usual size, and how many times wider and higher it grows for more."""
SIZE, ASKED_SIZE = 8.0, 12.0
"""Of names, in points; larger rather than bold, since many a font with Hangul has one weight alone."""
FAR = 12.0
"""From this distance on, in points, a line leads from a dot to its label."""
FONTS = ("NanumGothic", "NotoSansCJK-Regular", "NotoSansKR-Regular", "malgun", "AppleSDGothicNeo", "AppleGothic")
"""Files of fonts with Hangul, looked at before others: Debian's, Google's, Windows' and macOS' own."""


def check_plot(path: Path) -> None:
    """Refuse a picture that can't be drawn, before hours are spent on what it shows.

    Raises:
        ConfigError: matplotlib is missing, the folder is, or the name ends in no kind of picture.
    """
    if path.suffix.lower() not in PICTURE_KINDS:
        raise ConfigError(f"{path}: no name of a picture; one that ends in {', '.join(PICTURE_KINDS)} expected")
    if not path.parent.is_dir():
        raise ConfigError(f"{path.parent}: no such folder; make it first, or choose another place")
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


def plot_words(
    words: Sequence[str],
    places: Float[ndarray, "N 2"],
    path: Path,
    *,
    groups: Sequence[int],
    asked: Sequence[bool],
    shares: tuple[float, float],
) -> None:
    """Draw words as dots with their names into a file.

    Args:
        words: at least one; the first have the first choice of where their names stand.
        places: of each in the plane.
        path: of the picture, which is replaced.
        groups: number of each word's group; the words of one have one colour.
        asked: whether a word was asked for; those are larger.
        shares: of the variance along each axis, 0 to 1.

    Raises:
        ConfigError: as `check_plot` and `font_families`.
    """
    check_plot(path)
    words_figure(words, places, groups=groups, asked=asked, shares=shares).savefig(path)


def words_figure(
    words: Sequence[str],
    places: Float[ndarray, "N 2"],
    *,
    groups: Sequence[int],
    asked: Sequence[bool],
    shares: tuple[float, float],
) -> "Figure":
    """Return the picture that `plot_words` writes."""
    families = font_families("".join(words))
    figure = _figure()
    growth = min(max((len(words) / ROOMY) ** 0.5, 1.0), LARGEST)
    figure.set_size_inches(SIZE_INCHES[0] * growth, SIZE_INCHES[1] * growth)
    axes = figure.add_subplot()
    colours = [GROUPS[group % len(GROUPS)] for group in groups]
    axes.scatter(places[:, 0], places[:, 1], c=colours, s=[24 if chosen else 10 for chosen in asked])
    first, second = (f"direction, {100 * share:.0f} % of the variance" for share in shares)
    axes.set(xlabel=f"first {first}", ylabel=f"second {second}", xticks=[], yticks=[])
    axes.margins(0.1)
    names = [
        axes.annotate(
            word,
            place,
            xytext=(0, 0),
            textcoords="offset points",
            family=families,
            color=colour,
            size=ASKED_SIZE if chosen else SIZE,
            in_layout=False,
            parse_math=False,  # a word may be $
        )
        for word, place, colour, chosen in zip(words, places, colours, asked, strict=True)
    ]
    _spread(figure, names, places)
    return figure


def font_families(text: str) -> list[str]:
    """Return fonts that have all letters of a text between them, matplotlib's usual one first.

    Raises:
        ConfigError: no font of this machine has a letter; the message says which to install.
    """
    _figure()  # names the extra where matplotlib is missing
    from matplotlib.font_manager import FontProperties, findfont, findSystemFonts, fontManager, get_font

    usual = FontProperties()
    families = list(usual.get_family())
    missing = {ord(letter) for letter in text if letter.isprintable()} - get_font(findfont(usual)).get_charmap().keys()
    for file in sorted(findSystemFonts(), key=_rank):
        if not missing:
            break
        try:
            font = get_font(file)
        except (OSError, RuntimeError):  # damaged, or not ours to read
            continue
        if font.scalable and missing & font.get_charmap().keys():
            missing -= font.get_charmap().keys()
            fontManager.addfont(file)  # matplotlib's own list is older than a font just installed
            families.append(font.family_name)
    if missing:
        letters = "".join(map(chr, sorted(missing)[:5]))
        raise ConfigError(f"no font here has {letters!r}; install one, such as Debian's fonts-nanum or fonts-noto-cjk")
    return families


def _rank(file: str) -> tuple[int, str]:
    name = Path(file).stem
    return (FONTS.index(name) if name in FONTS else len(FONTS), name)


def _spread(figure: "Figure", names: "Sequence[Annotation]", places: Float[ndarray, "N 2"]) -> None:
    """Move each name to where it hides least, and lead a line to what stands far from its dot."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    scale = POINTS_PER_INCH / DOTS_PER_INCH
    (axes,) = figure.axes
    FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]  # the sizes of letters
    figure.draw_without_rendering()  # only then is known where the axes are
    area = axes.get_window_extent()
    dots = (axes.transData.transform(places) - area.p0) * scale
    sizes = np.array([name.get_window_extent().size for name in names]) * scale
    corners = place_labels(dots, sizes, area=(area.width * scale, area.height * scale))
    for name, place, dot, corner, size in zip(names, places, dots, corners, sizes, strict=True):
        name.set_position(corner - dot)
        nearest = np.clip(dot, corner, corner + size) - dot
        if np.linalg.norm(nearest) > FAR:
            line = {"arrowstyle": "-", "color": name.get_color(), "alpha": 0.4, "linewidth": 0.6}
            axes.annotate("", place, nearest, textcoords="offset points", arrowprops=line, in_layout=False)


def _figure() -> "Figure":
    """Return an empty figure; not through pyplot, which keeps figures alive and looks for a display."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ConfigError(f"pictures need matplotlib: {INSTALL}") from error
    return Figure(figsize=SIZE_INCHES, dpi=DOTS_PER_INCH, layout="constrained")
