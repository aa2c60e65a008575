"""One thread computes; requests share batches, are refused at the door, and never harm each other."""

import threading
import time
import weakref
from collections.abc import Generator, Iterator
from types import SimpleNamespace

import pytest

from nlpbot.core.kernel.errors import Closed, Overloaded
from nlpbot.core.serving.engine import Engine
from nlpbot.core.serving.lane import Lane, StreamLane

WAIT_S = 20.0


class Doubler:
    """Doubles numbers; -1 fails. It remembers its batches and the threads that it ran on."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.threads: set[str] = set()
        self.may_go = threading.Event()
        self.may_go.set()

    def __call__(self, items: list[int]) -> list[int]:
        self.may_go.wait(WAIT_S)
        self.batches.append(list(items))
        self.threads.add(threading.current_thread().name)
        if -1 in items:
            raise ValueError("-1 can't be doubled")
        return [2 * item for item in items]


class Countdown:
    """A stepper: each prompt counts down to 0; the prompt "bad" is refused, "breaks" fails in the first step."""

    def __init__(self) -> None:
        self.left: dict[int, int] = {}
        self.breaks = False

    def admit(self, prompt: object) -> int:
        if prompt == "bad":
            raise ValueError("a bad prompt")
        slot = next(number for number in range(100) if number not in self.left)
        self.breaks = prompt == "breaks"
        self.left[slot] = prompt if isinstance(prompt, int) else 1
        return slot

    def step(self) -> dict[int, tuple[int, bool]]:
        if self.breaks:
            raise ValueError("the step broke")
        self.left = {slot: left - 1 for slot, left in self.left.items()}
        return {slot: (left, left == 0) for slot, left in self.left.items()}

    def release(self, slot: int) -> None:
        del self.left[slot]
        self.breaks = False


@pytest.fixture
def doubler() -> Doubler:
    return Doubler()


@pytest.fixture
def engine(doubler: Doubler) -> Iterator[Engine]:
    engine = Engine(max_waiting=8)
    engine.start()
    yield engine
    doubler.may_go.set()
    engine.close(timeout_s=WAIT_S)


@pytest.fixture
def double(engine: Engine, doubler: Doubler) -> Lane[int, int]:
    return engine.add_lane(doubler, max_batch=4)


@pytest.fixture
def count(engine: Engine) -> StreamLane[object, int]:
    return engine.add_streams(Countdown(), slots=2)


def test_a_single_request_to_an_idle_engine_is_answered(double: Lane[int, int]) -> None:
    assert double.submit(1).result(WAIT_S) == 2
    assert double.submit(2).result(WAIT_S) == 4


def test_outputs_belong_to_their_inputs_in_batches_no_larger_than_allowed(
    engine: Engine, doubler: Doubler, double: Lane[int, int]
) -> None:
    futures = double.submit_all(range(8))
    assert [future.result(WAIT_S) for future in futures] == [2 * number for number in range(8)]
    assert max(len(batch) for batch in doubler.batches) <= 4
    assert doubler.threads == {"engine"}


def test_what_waits_together_is_computed_together(doubler: Doubler, double: Lane[int, int]) -> None:
    for item in (8, 9):  # to know how long they take
        double.submit(item).result(WAIT_S)
    for future in double.submit_all([1, 2, 3, 4]):
        future.result(WAIT_S)
    assert doubler.batches == [[8], [9], [1, 2, 3, 4]]


def test_a_failing_request_harms_neither_its_batch_mates_nor_the_thread(double: Lane[int, int]) -> None:
    futures = double.submit_all([1, -1, 3])
    assert futures[0].result(WAIT_S) == 2
    assert futures[2].result(WAIT_S) == 6
    with pytest.raises(ValueError, match="-1"):
        futures[1].result(WAIT_S)
    assert double.submit(5).result(WAIT_S) == 10


def test_too_few_outputs_are_an_error_and_no_wrong_answer(engine: Engine) -> None:
    short = engine.add_lane(lambda items: items[1:])
    with pytest.raises(ValueError, match="0 outputs for 1 inputs"):
        short.submit(1).result(WAIT_S)


def test_a_full_queue_refuses_at_the_door_and_takes_all_or_nothing(
    engine: Engine, doubler: Doubler, double: Lane[int, int], count: StreamLane[object, int]
) -> None:
    doubler.may_go.clear()
    first = double.submit(0)
    while not first.running():  # it left the queue, and blocks the thread
        pass
    futures = double.submit_all(range(1, 7))
    with pytest.raises(Overloaded, match="6 requests are waiting"):
        double.submit_all([7, 8, 9])
    assert engine.waiting == 6
    futures += double.submit_all([7, 8])
    with pytest.raises(Overloaded):
        count.stream(3)
    doubler.may_go.set()
    assert [future.result(WAIT_S) for future in futures] == [2 * number for number in range(1, 9)]


def test_who_would_wait_too_long_is_refused_and_told_when_to_come_back(doubler: Doubler) -> None:
    engine = Engine(max_wait_s=0.05)
    double, other = engine.add_lane(doubler, max_batch=1), engine.add_lane(doubler)
    engine.start()
    doubler.may_go.clear()
    first = double.submit(0)
    while not first.running():
        pass
    time.sleep(0.1)  # nobody is answered any more
    with pytest.raises(Overloaded) as refused:
        double.submit(1)
    assert refused.value.retry_after_s >= 0.1
    inside = [*double.submit_all([2], admitted=True), other.submit(3)]
    doubler.may_go.set()
    assert [future.result(WAIT_S) for future in inside] == [4, 6]
    engine.close(timeout_s=WAIT_S)


def test_work_that_comes_goes_before_the_next_slice_of_long_work(doubler: Doubler) -> None:
    engine, log = Engine(), list[str]()

    def slices(_item: object) -> Generator[None, None, str]:
        for number in range(3):
            log.append(f"slice {number}")
            if number == 0:  # somebody asks while it runs
                double.submit(4).add_done_callback(lambda _: log.append("doubled"))
            yield
        return "done"

    long, double = engine.add_tasks(slices), engine.add_lane(doubler, max_delay_s=0)
    engine.start()
    assert long.submit(0).result(WAIT_S) == "done"
    assert log == ["slice 0", "doubled", "slice 1", "slice 2"]
    engine.close(timeout_s=WAIT_S)


def test_lanes_share_the_thread_by_time_and_not_by_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("nlpbot.core.serving.engine.time", SimpleNamespace(monotonic=lambda: now[0]))
    engine, log = Engine(), list[str]()

    def slices(item: tuple[str, float]) -> Generator[None, None, None]:
        for _ in range(12):
            now[0] += item[1]
            log.append(item[0])
            yield

    slow, quick = engine.add_tasks(slices), engine.add_tasks(slices)
    futures = [slow.submit(("slow", 5.0)), quick.submit(("quick", 1.0))]
    engine.start()
    for future in futures:
        future.result(WAIT_S)
    engine.close(timeout_s=WAIT_S)
    assert log[:13].count("quick") == 10


def test_a_cancelled_request_is_not_computed(doubler: Doubler, double: Lane[int, int]) -> None:
    doubler.may_go.clear()
    first = double.submit(0)
    while not first.running():
        pass
    second, third = double.submit_all([1, 2])
    assert second.cancel()
    doubler.may_go.set()
    assert third.result(WAIT_S) == 4
    assert all(1 not in batch for batch in doubler.batches)


def test_streams_and_requests_share_the_thread(double: Lane[int, int], count: StreamLane[object, int]) -> None:
    streams = [count.stream(5), count.stream(3), count.stream(2)]
    assert double.submit(4).result(WAIT_S) == 8
    assert [list(stream) for stream in streams] == [[4, 3, 2, 1, 0], [2, 1, 0], [1, 0]]


def test_a_bad_prompt_ends_its_own_stream_only(count: StreamLane[object, int]) -> None:
    bad, good = count.stream("bad"), count.stream(2)
    with pytest.raises(ValueError, match="a bad prompt"):
        list(bad)
    assert list(good) == [1, 0]


def test_a_broken_step_is_told_to_its_readers_and_the_engine_goes_on(count: StreamLane[object, int]) -> None:
    with pytest.raises(ValueError, match="the step broke"):
        list(count.stream("breaks"))
    assert list(count.stream(2)) == [1, 0]


def test_closing_finishes_what_waits_and_takes_no_more(
    engine: Engine, doubler: Doubler, double: Lane[int, int], count: StreamLane[object, int]
) -> None:
    doubler.may_go.clear()
    futures, stream = double.submit_all(range(6)), count.stream(3)
    doubler.may_go.set()
    engine.close(timeout_s=WAIT_S)
    assert [future.result(0) for future in futures] == [2 * number for number in range(6)]
    assert list(stream) == [2, 1, 0]
    with pytest.raises(Closed):
        double.submit(1)


def test_a_lane_that_is_let_go_of_leaves_nothing_behind(engine: Engine) -> None:
    doubler = Doubler()
    lane, gone = engine.add_lane(doubler), weakref.ref(doubler)
    assert lane.submit(1).result(WAIT_S) == 2
    del doubler, lane
    until = time.monotonic() + WAIT_S
    while gone() is not None:  # the engine's thread waits already, or is about to
        assert time.monotonic() < until
        time.sleep(0.001)


def test_lanes_may_come_at_any_time_and_those_in_flight_end_where_they_began(engine: Engine, doubler: Doubler) -> None:
    """As when a model is replaced: the lanes of the old one are let go of, and die with their last work."""
    old_stepper, old = Countdown(), engine.add_lane(doubler)
    old_streams = engine.add_streams(old_stepper)
    doubler.may_go.clear()
    waiting, stream = old.submit_all([1, 2]), old_streams.stream(3)
    new, new_streams = engine.add_lane(lambda items: [-item for item in items]), engine.add_streams(Countdown())
    later, later_stream = new.submit(7), new_streams.stream(1)
    gone = [weakref.ref(lane) for lane in (old, old_streams, old_stepper)]
    del old, old_streams, old_stepper
    doubler.may_go.set()
    assert [future.result(WAIT_S) for future in waiting] == [2, 4]
    assert list(stream) == [2, 1, 0]
    assert (later.result(WAIT_S), list(later_stream)) == (-7, [0])
    while engine.busy:
        time.sleep(0.001)
    assert new.submit(8).result(WAIT_S) == -8  # the thread has let go of the old ones' turns
    assert [ref() for ref in gone] == [None] * 3
