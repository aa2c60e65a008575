"""Turns are short, and requests that wait take turns too."""

from collections.abc import Generator, Sequence
from typing import Any

import pytest

from nlpbot.core.serving.requests import BATCH_S, BatchRequests, TaskRequests
from nlpbot.core.serving.turns import TURN_S


def batches(lane: BatchRequests) -> list[list[str]]:
    """Return the batches that are left, one turn after the other."""
    made = []
    while lane.busy:
        lane.take()
        made.append([item for item, _ in lane._in_hand])
        lane.work()
    return made


def lengths(seconds_a_letter: float, clock: Any, *, max_batch: int = 8) -> BatchRequests:
    """Return a lane, warmed up, whose work takes its time by the letters."""

    def predict(texts: Sequence[str]) -> list[int]:
        clock.now += seconds_a_letter * sum(len(text) for text in texts)
        return [len(text) for text in texts]

    lane = BatchRequests(predict, max_batch=max_batch, max_delay_s=0, size=len)
    for _ in range(2):
        lane.enter(["a"])
        batches(lane)
    return lane


def test_a_request_of_many_items_holds_up_none_of_few(clock: Any) -> None:
    lane = lengths(0.0, clock, max_batch=2)
    lane.enter(["many 1", "many 2", "many 3", "many 4"])
    lane.enter(["few"])
    assert batches(lane) == [["many 1", "few"], ["many 2", "many 3"], ["many 4"]]


def test_who_has_waited_before_comes_next(clock: Any) -> None:
    lane = lengths(0.0, clock, max_batch=1)
    lane.enter(["first"])
    lane.enter(["second"])
    lane.enter(["again"], admitted=True)
    assert batches(lane) == [["again"], ["first"], ["second"]]


@pytest.mark.parametrize(("letters", "batch"), [(1, 8), (100, 7), (500, 1), (5000, 1)])
def test_a_batch_is_only_as_large_as_its_time_allows(clock: Any, letters: int, batch: int) -> None:
    lane = lengths(BATCH_S / 799, clock)
    lane.enter(["a" * letters] * 16)
    assert len(batches(lane)[0]) == batch


def test_before_anything_is_known_of_its_time_a_batch_is_of_one(clock: Any) -> None:
    lane = BatchRequests(list, max_batch=8, max_delay_s=0, size=len)
    lane.enter(["a"] * 16)
    assert len(batches(lane)[0]) == 1


def test_who_asks_little_waits_for_little_of_those_who_ask_much(clock: Any) -> None:
    lane = lengths(0.01, clock, max_batch=1)
    lane.enter(["a"] * 8)
    batches(lane)
    lane.enter(["a"] * 100)
    lane.enter(["a"] * 100)
    assert lane.wait_s(1) == pytest.approx(0.02)
    assert lane.wait_s(50) == pytest.approx(1.0)


def test_those_of_a_batch_that_failed_are_tried_again_a_turn_each(clock: Any) -> None:
    def halves(numbers: list[int]) -> list[float]:
        return [1 / number for number in numbers]

    lane = BatchRequests(halves, max_batch=8, max_delay_s=0, size=lambda _: 1)
    for _ in range(2):
        lane.enter([1])
        batches(lane)
    one, zero, two, four = lane.enter([1, 0, 2, 4])
    assert batches(lane) == [[1, 0, 2, 4], [1], [0], [2], [4]]
    assert isinstance(zero.exception(0), ZeroDivisionError)
    assert [future.result(0) for future in (one, two, four)] == [1, 0.5, 0.25]


def test_nobody_is_kept_waiting_for_what_was_cancelled(clock: Any) -> None:
    lane = lengths(0.0, clock)
    first, _, third = lane.enter(["a", "b", "c"])
    first.cancel()
    assert batches(lane) == [["b", "c"]]
    assert third.result(0) == 1


class Counting:
    """Counts to what it is given, a slice a number; below 0 fails after a slice. It remembers what was closed early."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def __call__(self, item: int) -> Generator[None, None, str]:
        try:
            for number in range(abs(item)):
                self.log.append(f"{item}: {number}")
                yield
            if item < 0:
                raise ValueError("below 0")
            return f"counted to {item}"
        except GeneratorExit:
            self.log.append(f"{item}: closed")
            raise


def run(lane: TaskRequests, turns: int = 100) -> None:
    for _ in range(turns):
        lane.take()
        lane.work()


def test_a_task_is_cut_into_its_slices() -> None:
    counting = Counting()
    lane = TaskRequests(counting)
    (future,) = lane.enter([3])
    for done in range(1, 4):
        run(lane, 1)
        assert (len(counting.log), future.done(), lane.busy) == (done, False, True)
    run(lane, 1)
    assert future.result(0) == "counted to 3"
    assert not lane.busy


def test_tasks_of_requests_take_turns() -> None:
    lane = TaskRequests(Counting())
    many, (few,) = lane.enter([2, 2, 2]), lane.enter([1])
    run(lane, 5)
    assert (many[0].done(), few.done(), many[1].done()) == (True, True, False)
    run(lane)
    assert [future.result(0) for future in many] == ["counted to 2"] * 3


def test_a_task_that_fails_harms_no_other() -> None:
    lane = TaskRequests(Counting())
    bad, good = lane.enter([-1, 1])
    run(lane)
    assert isinstance(bad.exception(0), ValueError)
    assert good.result(0) == "counted to 1"


def test_a_cancelled_task_ends_at_its_next_slice() -> None:
    counting = Counting()
    lane = TaskRequests(counting)
    going, waiting, last = lane.enter([5, 4, 1])
    run(lane, 2)
    assert going.cancel()
    assert waiting.cancel()
    run(lane)
    assert counting.log == ["5: 0", "5: 1", "5: closed", "1: 0"]
    assert last.result(0) == "counted to 1"


@pytest.mark.usefixtures("clock")
def test_tasks_not_measured_yet_are_taken_for_a_slice_each() -> None:
    lane = TaskRequests(Counting())
    lane.enter([1])
    lane.enter([1])
    assert lane.wait_s(1) == pytest.approx(2 * TURN_S)
