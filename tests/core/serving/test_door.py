"""Only what is busy is known at the door; what was idle is next, and what has had least of the thread."""

import pytest

from nlpbot.core.kernel.errors import Overloaded
from nlpbot.core.serving.door import Door
from nlpbot.core.serving.turns import NEVER, NOW


class Work:
    """Some turns to take, which all others wait for."""

    def __init__(self) -> None:
        self.used_s = 0.0
        self.left = 0
        self.wait = 0.0

    def __len__(self) -> int:
        return self.left

    @property
    def due_at(self) -> float:
        return NOW if self.left else NEVER

    @property
    def busy(self) -> bool:
        return self.left > 0

    def wait_s(self, coming: int) -> float:
        return self.wait

    def take(self) -> None:
        self.left -= 1

    def work(self) -> None:
        self.used_s += 1

    def add(self) -> int:
        self.left += 1
        return self.left


@pytest.fixture
def door() -> Door:
    return Door(max_waiting=100, max_wait_s=1.0)


def turn(door: Door) -> Work:
    taken = door.next_turn()
    assert isinstance(taken, Work)
    taken.work()
    return taken


def test_who_enters_gets_what_entering_gives(door: Door) -> None:
    lane = Work()
    assert [door.enter(lane, 1, lane.add) for _ in range(3)] == [1, 2, 3]
    assert (door.waiting, door.busy) == (3, True)
    for _ in range(3):
        assert turn(door) is lane
    assert (door.waiting, door.busy) == (0, False)


def test_turns_go_to_who_has_had_least_and_idling_saves_nothing_up(door: Door) -> None:
    first, second = Work(), Work()
    for _ in range(4):
        door.enter(first, 1, first.add)
    for _ in range(3):
        turn(door)
    door.enter(second, 1, second.add)
    assert second.used_s == 2  # as much as the other had had before its last turn
    door.enter(second, 1, second.add)
    assert [turn(door) for _ in range(3)] == [second, first, second]


def test_who_would_wait_too_long_is_refused_unless_it_was_let_in_before(door: Door) -> None:
    slow = Work()
    slow.wait = 1.5
    with pytest.raises(Overloaded, match="2 s to wait") as refused:
        door.enter(slow, 1, slow.add)
    assert refused.value.retry_after_s == 1.5
    assert not door.busy
    assert door.enter(slow, 1, slow.add, admitted=True) == 1


def test_what_is_idle_is_forgotten(door: Door) -> None:
    lane, other = Work(), Work()
    for each in (lane, other):
        door.enter(each, 1, each.add)
    turn(door), turn(door)
    door.enter(other, 1, other.add)
    turn(door)
    assert door._busy == [other]
