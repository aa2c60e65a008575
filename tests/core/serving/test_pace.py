"""What a newcomer is told to expect: those ahead times what each took lately; no less than the queue stood still."""

from typing import Any

import pytest

from nlpbot.core.serving.pace import FEWEST, RECENT_S, Pace, RecentMean


@pytest.fixture
def queue(clock: Any) -> Pace:
    queue = Pace()
    queue.begin()
    return queue


def leave(queue: Pace, clock: Any, *seconds: float) -> None:
    for each in seconds:
        clock.now += each
        queue.left()


def test_who_comes_waits_for_those_ahead(queue: Pace, clock: Any) -> None:
    leave(queue, clock, 0.1, 0.1, 0.1)
    assert queue.wait_s(7) == pytest.approx(0.7)
    assert queue.wait_s(0) == 0


def test_those_who_leave_together_share_the_time(queue: Pace, clock: Any) -> None:
    for _ in range(3):
        clock.now += 0.4
        queue.left(8)
    assert queue.wait_s(10) == pytest.approx(0.5)


def test_before_anything_is_measured_the_guess_holds(clock: Any) -> None:
    assert Pace().wait_s(9) == 0
    assert Pace(unmeasured_s=0.2).wait_s(9) == pytest.approx(1.8)


def test_a_queue_that_stands_still_is_expected_to(queue: Pace, clock: Any) -> None:
    clock.now += 5
    assert queue.wait_s(1) == 5
    leave(queue, clock, 0.1)
    assert queue.wait_s(1) < 1


def test_time_without_a_queue_counts_for_nothing(queue: Pace, clock: Any) -> None:
    leave(queue, clock, 0.1, 0.1)
    clock.now += 3600
    queue.begin()
    assert queue.wait_s(1) == pytest.approx(0.1)
    leave(queue, clock, 0.1, 0.1)
    assert queue.wait_s(1) == pytest.approx(0.1)


@pytest.mark.parametrize("before", [0, 1, 5, 50])
def test_one_slow_answer_changes_nothing(queue: Pace, clock: Any, before: int) -> None:
    leave(queue, clock, *[0.01] * before, 30.0, 0.01)
    assert queue.wait_s(10) == pytest.approx(0.1)


def test_what_has_become_slow_is_known_within_a_second_or_a_few_answers() -> None:
    mean = RecentMean()
    for seconds in [0.01] * 200 + [0.05] * round(RECENT_S / 0.05):
        mean.add(seconds, 1)
    assert mean.seconds == pytest.approx(0.05, rel=0.05)
    for _ in range(FEWEST):
        mean.add(3.0, 1)
    assert mean.seconds == pytest.approx(3.0)
