"""The curves of a run: training and validation loss by step, one JSON object a line."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from nlpbot.core.kernel.errors import DataError

__all__ = ["Curves", "Point", "overfitting_starts", "read_curves", "write_curves"]

SMALLEST_RISE = 0.01
"""A validation loss this fraction above its lowest, to the end of the run, counts as over-fitting."""


@dataclass(frozen=True, slots=True)
class Point:
    """Losses at a step, in nats; `valid_loss` is None where it was not measured."""

    step: int
    train_loss: float
    valid_loss: float | None
    learning_rate: float
    seconds: float


class Curves:
    """Appends points to a file, if there is one; with `resume_step` what came after that step is dropped first.

    So is a last line that was cut short when the run was killed.
    """

    def __init__(self, path: Path | None, *, resume_step: int | None = None) -> None:
        self.points: list[Point] = []
        self._path = path
        if path is None:
            return
        if resume_step is not None and path.exists():
            self.points = [point for point in _read(path, whole=False) if point.step <= resume_step]
        write_curves(path, self.points)

    def add(self, point: Point) -> None:
        """Append a point."""
        self.points.append(point)
        if self._path is None:
            return
        with self._path.open("a", encoding="utf-8") as file:
            file.write(_line(point))


def write_curves(path: Path, points: Sequence[Point]) -> None:
    """Write points to a file, replacing what was there at once."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_text("".join(map(_line, points)), encoding="utf-8")
    fresh.replace(path)


def read_curves(path: Path) -> list[Point]:
    """Return the points of a file.

    Raises:
        DataError: a line is not a point.
    """
    return _read(path, whole=True)


def _read(path: Path, *, whole: bool) -> list[Point]:
    points = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(keepends=True), start=1):
        if not whole and not line.endswith("\n"):
            break
        try:
            points.append(Point(**json.loads(line)))
        except (ValueError, TypeError) as error:
            raise DataError.at(path, number, f"not a point of a curve: {error}") from error
    return points


def overfitting_starts(points: Sequence[Point]) -> int | None:
    """Return the step from which training only got better on what it saw, or None.

    That is the step of the lowest validation loss, if the loss ended clearly above it while the training loss fell.
    """
    measured = [(point.step, point.valid_loss, point.train_loss) for point in points if point.valid_loss is not None]
    if len(measured) < 2:  # one point shows no direction
        return None
    step, lowest, train_then = min(measured, key=lambda point: point[1])
    _, last, train_last = measured[-1]
    rises = last > lowest * (1 + SMALLEST_RISE)
    return step if rises and train_last < train_then else None


def _line(point: Point) -> str:
    return json.dumps(asdict(point)) + "\n"
