"""Streams join and leave between steps; a reader that is gone holds no slot."""

import pytest

from nlpbot.core.serving.streams import MAX_UNREAD, Stream, Streams


def letter(text: str) -> str | Exception:
    return ValueError("poison") if text == "!" else text


class Letters:
    """A stepper that spells each prompt, a letter a step; an exclamation mark fails."""

    def __init__(self) -> None:
        self.texts: dict[int, str] = {}
        self.released: list[int] = []
        self.steps = 0

    def admit(self, prompt: str) -> int:
        slot = next(number for number in range(100) if number not in self.texts)
        self.texts[slot] = prompt
        return slot

    def step(self) -> dict[int, tuple[str | Exception, bool]]:
        self.steps += 1
        made = {slot: (letter(text[0]), len(text) == 1) for slot, text in self.texts.items()}
        self.texts = {slot: text[1:] for slot, text in self.texts.items()}
        return made

    def release(self, slot: int) -> None:
        del self.texts[slot]
        self.released.append(slot)


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def lane(letters: Letters) -> Streams:
    return Streams(letters, slots=2)


def _run(lane: Streams) -> None:
    while lane.live:
        lane.step()


def test_streams_share_their_steps(lane: Streams, letters: Letters) -> None:
    streams = [lane.enter("abc"), lane.enter("xy")]
    _run(lane)
    assert ["".join(stream) for stream in streams] == ["abc", "xy"]
    assert letters.steps == 3


def test_a_stream_joins_as_soon_as_a_slot_is_free(lane: Streams, letters: Letters) -> None:
    streams = [lane.enter("abc"), lane.enter("x"), lane.enter("12")]
    assert len(lane) == 3
    lane.step()
    assert len(lane) == 1
    _run(lane)
    assert ["".join(stream) for stream in streams] == ["abc", "x", "12"]
    assert letters.steps == 3


def test_a_closed_stream_leaves_before_the_next_step(lane: Streams, letters: Letters) -> None:
    gone, stays = lane.enter("abcdef"), lane.enter("xyz")
    lane.step()
    gone.close()
    _run(lane)
    assert "".join(gone) == "a"
    assert "".join(stays) == "xyz"
    assert sorted(letters.released) == [0, 1]


def test_a_stream_closed_while_it_waited_takes_no_slot(lane: Streams, letters: Letters) -> None:
    first, second, third = lane.enter("ab"), lane.enter("cd"), lane.enter("ef")
    lane.step()
    third.close()
    _run(lane)
    assert ["".join(first), "".join(second)] == ["ab", "cd"]
    assert len(letters.released) == 2


def test_a_stream_that_fails_ends_alone(lane: Streams, letters: Letters) -> None:
    lane = Streams(letters, slots=3)
    first, bad, last = lane.enter("abc"), lane.enter("x!yz"), lane.enter("12345")
    _run(lane)
    assert ["".join(stream) for stream in (first, last)] == ["abc", "12345"]
    assert letters.released == [1, 0, 2]
    tokens = iter(bad)
    assert next(tokens) == "x"
    with pytest.raises(ValueError, match="poison"):
        next(tokens)


def test_a_reader_that_lags_too_far_behind_is_given_up(lane: Streams, letters: Letters) -> None:
    stream = lane.enter("a" * (MAX_UNREAD + 10))
    _run(lane)
    assert stream.closed
    assert letters.released == [0]
    assert len(list(stream)) == MAX_UNREAD - 1  # one made kind for the end


def test_an_error_reaches_the_reader_after_what_was_made() -> None:
    stream = Stream("prompt")
    stream.put("a")
    stream.end(ValueError("no more"))
    tokens = iter(stream)
    assert next(tokens) == "a"
    with pytest.raises(ValueError, match="no more"):
        next(tokens)
