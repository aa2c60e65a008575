import numpy as np
import pytest

from nlpbot.core.plots.label_placement import place_labels

AREA = (400.0, 300.0)


def boxes(dots, sizes):
    corners = place_labels(np.array(dots, dtype=float), np.array(sizes, dtype=float), area=AREA)
    return np.concatenate([corners, corners + sizes], axis=1)


def overlap(first, second):
    return np.prod(np.clip(np.minimum(first[2:], second[2:]) - np.maximum(first[:2], second[:2]), 0, None))


def test_a_label_alone_stands_to_the_right_of_its_dot():
    ((left, low, right, high),) = boxes([(100, 100)], [(40, 10)])
    assert (left, right) == (104, 144)
    assert (low + high) / 2 == 100


@pytest.mark.parametrize("corner", [(0, 0), (400, 0), (0, 300), (400, 300), (398, 150)])
def test_a_label_stays_inside_the_area(corner):
    ((left, low, right, high),) = boxes([corner], [(40, 10)])
    assert 0 <= left < right <= 400
    assert 0 <= low < high <= 300


def test_labels_of_crowded_dots_hide_neither_each_other_nor_a_dot():
    dots = [(200 + 15 * (n % 3), 150 + 10 * (n // 3)) for n in range(9)]
    placed = boxes(dots, [(50, 10)] * 9)
    assert all(overlap(placed[a], placed[b]) == 0 for a in range(9) for b in range(a))
    assert all(
        overlap(box, (x, y, x, y)) == 0 and not (box[0] < x < box[2] and box[1] < y < box[3])
        for box in placed
        for x, y in dots
    )


def test_the_first_label_has_first_choice():
    alone, crowded = boxes([(100, 100)], [(40, 10)]), boxes([(100, 100), (104, 100)], [(40, 10), (40, 10)])
    assert crowded[1][0] == 108
    assert not np.array_equal(crowded[0], alone[0])  # the other's dot stands where it would
    first, second = boxes([(100, 100), (100, 100)], [(40, 10), (40, 10)])
    assert np.array_equal(first, alone[0])
    assert overlap(first, second) == 0


def test_without_room_every_label_still_has_a_place():
    placed = boxes([(200, 150)] * 60, [(120, 12)] * 60)
    assert np.isfinite(placed).all()
    assert len({tuple(box) for box in placed}) > 20


def test_no_dots_want_no_labels():
    assert place_labels(np.zeros((0, 2)), np.zeros((0, 2)), area=AREA).shape == (0, 2)
