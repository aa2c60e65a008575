"""One thread computes; requests share batches, are refused at the door, and never harm each other."""

import threading
import time
from collections.abc import Generator, Iterator
from types import SimpleNamespace

import pytest

from nlpbot.core.errors import Closed, Overloaded
from nlpbot.core.serving.engine import Engine
from nlpbot.core.serving.stepper import StreamLane

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
    engine.add_lane("double", doubler, max_batch=4)
    engine.add_streams("count", StreamLane(Countdown(), slots=2))
    engine.start()
    yield engine
    doubler.may_go.set()
    engine.close(timeout_s=WAIT_S)


def test_a_single_request_to_an_idle_engine_is_answered(engine: Engine) -> None:
    assert engine.submit("double", 1).result(WAIT_S) == 2
    assert engine.submit("double", 2).result(WAIT_S) == 4


def test_outputs_belong_to_their_inputs_in_batches_no_larger_than_allowed(engine: Engine, doubler: Doubler) -> None:
    futures = engine.submit_all("double", range(8))
    assert [future.result(WAIT_S) for future in futures] == [2 * number for number in range(8)]
    assert max(len(batch) for batch in doubler.batches) <= 4
    assert doubler.threads == {"engine"}


def test_what_waits_together_is_computed_together(engine: Engine, doubler: Doubler) -> None:
    for item in (8, 9):  # to know how long they take
        engine.submit("double", item).result(WAIT_S)
    for future in engine.submit_all("double", [1, 2, 3, 4]):
        future.result(WAIT_S)
    assert doubler.batches == [[8], [9], [1, 2, 3, 4]]


def test_a_failing_request_harms_neither_its_batch_mates_nor_the_thread(engine: Engine) -> None:
    futures = engine.submit_all("double", [1, -1, 3])
    assert futures[0].result(WAIT_S) == 2
    assert futures[2].result(WAIT_S) == 6
    with pytest.raises(ValueError, match="-1"):
        futures[1].result(WAIT_S)
    assert engine.submit("double", 5).result(WAIT_S) == 10


def test_too_few_outputs_are_an_error_and_no_wrong_answer(engine: Engine) -> None:
    engine.add_lane("short", lambda items: items[1:])
    with pytest.raises(ValueError, match="0 outputs for 1 inputs"):
        engine.submit("short", 1).result(WAIT_S)


def test_a_full_queue_refuses_at_the_door_and_takes_all_or_nothing(engine: Engine, doubler: Doubler) -> None:
    doubler.may_go.clear()
    first = engine.submit("double", 0)
    while not first.running():  # it left the queue, and blocks the thread
        pass
    futures = engine.submit_all("double", range(1, 7))
    with pytest.raises(Overloaded, match="6 requests are waiting"):
        engine.submit_all("double", [7, 8, 9])
    assert engine.waiting == 6
    futures += engine.submit_all("double", [7, 8])
    with pytest.raises(Overloaded):
        engine.stream("count", 3)
    doubler.may_go.set()
    assert [future.result(WAIT_S) for future in futures] == [2 * number for number in range(1, 9)]


def test_who_would_wait_too_long_is_refused_and_told_when_to_come_back(doubler: Doubler) -> None:
    engine = Engine(max_wait_s=0.05)
    engine.add_lane("double", doubler, max_batch=1)
    engine.add_lane("other", doubler)
    engine.start()
    doubler.may_go.clear()
    first = engine.submit("double", 0)
    while not first.running():
        pass
    time.sleep(0.1)  # nobody is answered any more
    with pytest.raises(Overloaded) as refused:
        engine.submit("double", 1)
    assert refused.value.retry_after_s >= 0.1
    inside = [*engine.submit_all("double", [2], admitted=True), engine.submit("other", 3)]
    doubler.may_go.set()
    assert [future.result(WAIT_S) for future in inside] == [4, 6]
    engine.close(timeout_s=WAIT_S)


def test_work_that_comes_goes_before_the_next_slice_of_long_work(doubler: Doubler) -> None:
    engine, log = Engine(), list[str]()

    def slices(_item: object) -> Generator[None, None, str]:
        for number in range(3):
            log.append(f"slice {number}")
            if number == 0:  # somebody asks while it runs
                engine.submit("double", 4).add_done_callback(lambda _: log.append("doubled"))
            yield
        return "done"

    engine.add_tasks("long", slices)
    engine.add_lane("double", doubler, max_delay_s=0)
    engine.start()
    assert engine.submit("long", 0).result(WAIT_S) == "done"
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

    for name in ("slow", "quick"):
        engine.add_tasks(name, slices)
    futures = [engine.submit("slow", ("slow", 5.0)), engine.submit("quick", ("quick", 1.0))]
    engine.start()
    for future in futures:
        future.result(WAIT_S)
    engine.close(timeout_s=WAIT_S)
    assert log[:13].count("quick") == 10


def test_a_cancelled_request_is_not_computed(engine: Engine, doubler: Doubler) -> None:
    doubler.may_go.clear()
    first = engine.submit("double", 0)
    while not first.running():
        pass
    second, third = engine.submit_all("double", [1, 2])
    assert second.cancel()
    doubler.may_go.set()
    assert third.result(WAIT_S) == 4
    assert all(1 not in batch for batch in doubler.batches)


def test_streams_and_requests_share_the_thread(engine: Engine) -> None:
    streams = [engine.stream("count", 5), engine.stream("count", 3), engine.stream("count", 2)]
    assert engine.submit("double", 4).result(WAIT_S) == 8
    assert [list(stream) for stream in streams] == [[4, 3, 2, 1, 0], [2, 1, 0], [1, 0]]


def test_a_bad_prompt_ends_its_own_stream_only(engine: Engine) -> None:
    bad, good = engine.stream("count", "bad"), engine.stream("count", 2)
    with pytest.raises(ValueError, match="a bad prompt"):
        list(bad)
    assert list(good) == [1, 0]


def test_a_broken_step_is_told_to_its_readers_and_the_engine_goes_on(engine: Engine) -> None:
    with pytest.raises(ValueError, match="the step broke"):
        list(engine.stream("count", "breaks"))
    assert list(engine.stream("count", 2)) == [1, 0]


def test_closing_finishes_what_waits_and_takes_no_more(engine: Engine, doubler: Doubler) -> None:
    doubler.may_go.clear()
    futures, stream = engine.submit_all("double", range(6)), engine.stream("count", 3)
    doubler.may_go.set()
    engine.close(timeout_s=WAIT_S)
    assert [future.result(0) for future in futures] == [2 * number for number in range(6)]
    assert list(stream) == [2, 1, 0]
    with pytest.raises(Closed):
        engine.submit("double", 1)
