"""Where to write labels beside dots, so that they hide neither each other nor the dots as far as there is room.

Source: Christensen, Marks and Shieber 1995, An empirical study of algorithms for point-feature label placement.
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float
from numpy import ndarray

__all__ = ["place_labels"]

DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7), (-0.7, 0.7), (0.7, -0.7), (-0.7, -0.7))
DISTANCES = (4.0, 9.0, 16.0, 25.0, 36.0, 49.0)
"""How far a label may stand from its dot, nearest first, in points."""
DOT = 3.0
"""Half the width of a dot, and so of the square that is best left free, in points."""
OUTSIDE, AWAY = 4.0, 0.5
"""What a square point outside the area costs, and a point of distance; a square point hidden costs 1."""


def place_labels(
    dots: Float[ndarray, "N 2"], sizes: Float[ndarray, "N 2"], *, area: tuple[float, float]
) -> Float[ndarray, "N 2"]:
    """Return the lower left corner of each label; one after the other takes the place that costs least.

    Args:
        dots: what the labels belong to, in points from the lower left corner of the area.
        sizes: width and height of each label, in points; the first labels have first choice.
        area: its width and height, in points.
    """
    taken = np.concatenate([dots - DOT, dots + DOT], axis=1)
    corners = np.zeros_like(dots)
    for index, (dot, size) in enumerate(zip(dots, sizes, strict=True)):
        places = [(place, _cost(place, size, distance, taken, area)) for place, distance in _places(dot, size)]
        corners[index] = min(places, key=lambda found: found[1])[0]
        box = np.concatenate([corners[index], corners[index] + size])
        taken = np.concatenate([taken, box[None]])
    return corners


def _places(dot: Float[ndarray, " 2"], size: Float[ndarray, " 2"]) -> Iterator[tuple[Float[ndarray, " 2"], float]]:
    """Yield the corners that a label may have, and how far each place is from the dot."""
    for distance in DISTANCES:
        for direction in DIRECTIONS:
            towards = np.array(direction)
            yield dot + towards * distance + (np.sign(towards) - 1) * size / 2, distance


def _cost(
    corner: Float[ndarray, " 2"],
    size: Float[ndarray, " 2"],
    distance: float,
    taken: Float[ndarray, "boxes 4"],
    area: tuple[float, float],
) -> float:
    hidden = _overlap(corner, corner + size, taken).sum()
    inside = _overlap(corner, corner + size, np.array([[0.0, 0.0, *area]])).sum()
    return float(hidden + OUTSIDE * (size.prod() - inside) + AWAY * distance)


def _overlap(
    low: Float[ndarray, " 2"], high: Float[ndarray, " 2"], boxes: Float[ndarray, "boxes 4"]
) -> Float[ndarray, " boxes"]:
    sides = np.minimum(high, boxes[:, 2:]) - np.maximum(low, boxes[:, :2])
    area: Float[ndarray, " boxes"] = sides.clip(min=0).prod(axis=1)
    return area
