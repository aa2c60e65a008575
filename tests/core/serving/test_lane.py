"""What is handed in at a lane: one or many at once, and whether the door lets them in is said there."""

from collections.abc import Iterator

import pytest

from nlpbot.core.kernel.errors import Closed, Overloaded
from nlpbot.core.serving.door import Door
from nlpbot.core.serving.lane import Lane, StreamLane
from nlpbot.core.serving.requests import BatchRequests
from nlpbot.core.serving.stream_turns import StreamTurns
from nlpbot.core.serving.streams import Streams


class Echo:
    """A stepper that says each prompt once."""

    def __init__(self) -> None:
        self.prompts: dict[int, str] = {}

    def admit(self, prompt: str) -> int:
        self.prompts[0] = prompt
        return 0

    def step(self) -> dict[int, tuple[str, bool]]:
        return {slot: (prompt, True) for slot, prompt in self.prompts.items()}

    def release(self, slot: int) -> None:
        del self.prompts[slot]


@pytest.fixture
def door() -> Door:
    return Door(max_waiting=3, max_wait_s=1.0)


@pytest.fixture
def upper(door: Door) -> Lane[str, str]:
    def predict(texts: list[str]) -> list[str]:
        return [text.upper() for text in texts]

    return Lane(door, BatchRequests(predict, max_batch=8, max_delay_s=0, size=len))


def work(door: Door) -> None:
    while door.busy:
        turn = door.next_turn()
        assert turn is not None
        turn.work()


def test_outputs_come_back_to_those_who_asked(door: Door, upper: Lane[str, str]) -> None:
    one, (two, three) = upper.submit("a"), upper.submit_all(["b", "c"])
    assert door.waiting == 3
    work(door)
    assert [future.result(0) for future in (one, two, three)] == ["A", "B", "C"]
    assert upper.submit_all([]) == []


def test_a_stream_is_what_its_prompt_makes(door: Door) -> None:
    stream = StreamLane(door, StreamTurns(Streams(Echo()))).stream("said once")
    work(door)
    assert list(stream) == ["said once"]


@pytest.fixture(params=["requests", "streams"])
def full(request: pytest.FixtureRequest, door: Door, upper: Lane[str, str]) -> Iterator[object]:
    """What asks at a full door."""
    upper.submit_all(["a", "b", "c"])
    streams = StreamLane(door, StreamTurns(Streams(Echo())))
    yield (lambda: upper.submit("d")) if request.param == "requests" else (lambda: streams.stream("d"))
    assert door.waiting == 3


def test_a_full_door_refuses_whatever_comes(full: object, door: Door) -> None:
    assert callable(full)
    with pytest.raises(Overloaded, match="3 requests are waiting"):
        full()


def test_a_closed_door_lets_nothing_in(door: Door, upper: Lane[str, str]) -> None:
    inside = upper.submit("a")
    door.close()
    with pytest.raises(Closed):
        upper.submit("b")
    work(door)
    assert inside.result(0) == "A"
    assert door.next_turn() is None
