import json

import pytest

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.training import Curves, Point, overfitting_starts, read_curves


def point(step, train=1.0, valid=None):
    return Point(step, train, valid, 0.001, step / 10)


def test_points_are_read_as_they_were_added(tmp_path):
    path = tmp_path / "curves.jsonl"
    curves = Curves(path)
    for added in (point(1), point(2, 0.5, 0.75)):
        curves.add(added)
    assert read_curves(path) == curves.points == [point(1), point(2, 0.5, 0.75)]
    assert json.loads(path.read_text().splitlines()[1])["valid_loss"] == 0.75


def test_a_fresh_run_starts_an_empty_file(tmp_path):
    Curves(tmp_path / "c").add(point(1))
    assert Curves(tmp_path / "c").points == []
    assert read_curves(tmp_path / "c") == []


@pytest.mark.parametrize(("resume_step", "kept"), [(0, []), (2, [1, 2]), (9, [1, 2, 3])])
def test_what_came_after_the_checkpoint_is_dropped(tmp_path, resume_step, kept):
    curves = Curves(tmp_path / "c")
    for step in (1, 2, 3):
        curves.add(point(step))
    resumed = Curves(tmp_path / "c", resume_step=resume_step)
    resumed.add(point(resume_step + 1, 0.25))
    assert [found.step for found in read_curves(tmp_path / "c")] == [*kept, resume_step + 1]
    assert resumed.points == read_curves(tmp_path / "c")


def test_a_run_resumed_without_curves_starts_some(tmp_path):
    assert Curves(tmp_path / "c", resume_step=5).points == []


@pytest.mark.parametrize("line", ["not JSON", "[]", '{"step": 1}', '{"step": 1, "other": 2}', "3"])
def test_a_line_that_is_no_point_is_named(tmp_path, line):
    path = tmp_path / "c"
    Curves(path).add(point(1))
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(DataError, match=rf"{path}:2: not a point of a curve"):
        read_curves(path)


@pytest.mark.parametrize(
    ("train", "valid", "starts"),
    [
        ([3, 2, 1, 0.5], [3, 2, 2.5, 3], 20),
        ([3, 2, 1, 0.5], [3, None, 2, 2.5], 30),
        ([3, 2, 1, 0.5], [3, 2.5, 2, 1.9], None),
        ([3, 2, 1, 0.5], [3, 2, 2.005, 2.01], None),  # within a hundredth
        ([3, 2, 2.5, 3], [3, 2, 2.5, 3], None),  # both rise: the rate was too high
        ([3, 2, 1, 0.5], [None, None, None, 2], None),
        ([3, 2, 1, 0.5], [None] * 4, None),
        ([], [], None),
    ],
)
def test_overfitting_starts_where_only_validation_turns_for_good(train, valid, starts):
    points = [point(10 * n, *losses) for n, losses in enumerate(zip(train, valid), start=1)]
    assert overfitting_starts(points) == starts
