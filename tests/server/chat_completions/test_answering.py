"""An answer, whole and in pieces."""

from server.chat_completions.answering import Answer, chat_chunks, whole_chat

ANSWER = Answer("Fraud by text message, one word at a time.", "stop", 4, 11, "assistant", ("cut",))


def test_an_answer_is_the_same_whole_and_in_pieces() -> None:
    whole = whole_chat(ANSWER)
    first, *between, end, last = chat_chunks(ANSWER)
    assert (first.choices[0].delta.role, end.choices[0].finish_reason) == ("assistant", "stop")
    assert "".join(chunk.choices[0].delta.content or "" for chunk in between) == whole.choices[0].message.content
    assert (last.choices, last.usage, last.model) == ([], whole.usage, "assistant")
    assert {chunk.id for chunk in (first, *between, end, last)} == {first.id}
    assert all(chunk.notices == whole.notices == ["cut"] for chunk in between)
