"""The memory of a conversation is plain values."""

import json

from hypothesis import given
from hypothesis import strategies as st

from nlpbot.chat.state import ChatState


@given(st.builds(ChatState, name=st.none() | st.text(), question=st.none() | st.text(), turns=st.integers(0, 9)))
def test_json_gives_the_same_state_back(state: ChatState) -> None:
    assert ChatState.from_json(json.loads(json.dumps(state.to_json()))) == state


def test_a_turn_counts_and_changes_only_the_language() -> None:
    assert ChatState(name="Ann", turns=3).after("ko") == ChatState(language="ko", name="Ann", turns=4)


def test_a_state_of_another_version_is_read():
    assert ChatState.from_json({"name": "Ann", "mood": "sunny"}) == ChatState(name="Ann")
