"""Server-sent events: refused before they begin, ended by an event after."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.bodies import Body
from server.streams import event, event_stream, pieces


class Delta(Body):
    text: str


@given(st.text(max_size=200))
def test_pieces_lose_nothing(text: str) -> None:
    assert "".join(pieces(text)) == text


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=50))
def test_an_event_is_one_line_of_data(text: str) -> None:
    lines = event("delta", Delta(text=text)).split("\n")
    assert lines[0] == "event: delta"
    assert lines[1].startswith("data: {")
    assert lines[2:] == ["", ""]


def test_no_character_ends_the_line_for_any_reader_of_lines() -> None:
    text = "".join(map(chr, range(0xD800))) + "\U0001f600"
    head, data, _ = event("delta", Delta(text=text)).splitlines()
    assert head == "event: delta"
    assert json.loads(data.removeprefix("data: ")) == {"text": text}


def test_a_bare_message_has_no_name() -> None:
    assert event(None, "[DONE]") == "data: [DONE]\n\n"


def _failing(after: int) -> Iterator[str]:
    for number in range(after):
        yield event(None, str(number))
    raise ValueError("it broke")


def test_what_fails_before_the_first_event_is_raised() -> None:
    with pytest.raises(ValueError, match="it broke"):
        event_stream(_failing(0), str)


def test_what_fails_later_is_told_by_an_event() -> None:
    response = event_stream(_failing(2), lambda error: event("error", str(error)))
    assert response.mimetype == "text/event-stream"
    assert response.get_data(as_text=True) == "data: 0\n\ndata: 1\n\nevent: error\ndata: it broke\n\n"
