"""What a stream that comes is told to expect: nothing while slots are free, then those ahead by how fast slots free."""

from typing import Any

import pytest

from nlpbot.core.serving.stream_turns import StreamTurns
from nlpbot.core.serving.streams import Streams


class Spelling:
    """A stepper that spells each prompt, a letter a step; a step takes a tenth of a second."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.texts: dict[int, str] = {}

    def admit(self, prompt: str) -> int:
        slot = next(number for number in range(100) if number not in self.texts)
        self.texts[slot] = prompt
        return slot

    def step(self) -> dict[int, tuple[str, bool]]:
        self.clock.now += 0.1
        made = {slot: (text[0], len(text) == 1) for slot, text in self.texts.items()}
        self.texts = {slot: text[1:] for slot, text in self.texts.items()}
        return made

    def release(self, slot: int) -> None:
        del self.texts[slot]


def test_streams_wait_only_for_slots(clock: Any) -> None:
    turns = StreamTurns(Streams(Spelling(clock), slots=2))
    for _ in range(2):
        turns.enter("abcd")
    turns.work()
    assert turns.wait_s(1) == 0  # the next could still be let in at once, for all that is known
    for _ in range(12):
        turns.enter("abcd")
    while len(turns) > 2:
        turns.work()
    assert turns.wait_s(1) == pytest.approx(2 * 0.2, rel=0.1)  # two slots, each free again after four steps
