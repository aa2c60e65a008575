"""What of a conversation is read."""

import pytest

from server.bodies import MAX_MESSAGE
from server.chat_completions.reading import read_messages
from server.chat_completions.schemas import ChatCompletionRequest
from server.errors import Problem


def asked(*texts: str, role: str = "user") -> ChatCompletionRequest:
    return ChatCompletionRequest.model_validate({"messages": [{"role": role, "content": text} for text in texts]})


def test_the_newest_questions_are_read_each_from_its_beginning() -> None:
    reading = read_messages(asked(*map(str, range(8)), "x" * (MAX_MESSAGE + 1)))
    assert reading.questions == ("3", "4", "5", "6", "7", "x" * MAX_MESSAGE)
    assert reading.is_cut
    assert reading.notices == (
        "messages.8: 4001 characters; the first 4000 were read",
        "messages: the last 6 of the user's 9 were read",
    )


def test_a_chore_is_answered_without_being_read_as_a_question() -> None:
    reading = read_messages(asked('### Task:\nGenerate a concise title.\n### Output:\n{ "title": "x" }'))
    assert reading.chore is not None
    assert not reading.is_cut


def test_there_must_be_a_question() -> None:
    with pytest.raises(Problem, match="no text in the user's last message"):
        read_messages(asked("hi", role="assistant"))
