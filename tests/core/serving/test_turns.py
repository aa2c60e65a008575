"""Whatever the engine has in hand keeps the contract of turns."""

from collections.abc import Generator

from nlpbot.core.serving.requests import BatchRequests, TaskRequests
from nlpbot.core.serving.stream_turns import StreamTurns
from nlpbot.core.serving.streams import Streams
from nlpbot.core.serving.turns import NEVER, NOW, Turns


class Nothing:
    """A stepper that nobody asks."""

    def admit(self, prompt: str) -> int:
        raise NotImplementedError

    def step(self) -> dict[int, tuple[str, bool]]:
        raise NotImplementedError

    def release(self, slot: int) -> None:
        raise NotImplementedError


def idle(_item: str) -> Generator[None, None, str]:
    yield
    return ""


def test_batches_tasks_and_streams_take_turns_and_are_idle_at_first() -> None:
    batches = BatchRequests(list, max_batch=1, max_delay_s=0, size=len)
    for turns in (batches, TaskRequests(idle), StreamTurns(Streams(Nothing()))):
        assert isinstance(turns, Turns)
        assert (turns.used_s, turns.busy, len(turns), turns.due_at) == (0, False, 0, NEVER)
        turns.take()
        turns.work()  # a turn in vain does nothing


def test_now_is_before_and_never_after_any_time() -> None:
    assert NOW < 0 < NEVER
