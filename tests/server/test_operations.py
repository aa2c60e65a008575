"""What is said of an operation, where little is."""

from server.operations import Operation


def test_an_operation_is_open_to_anyone_and_answers_at_once_unless_it_says_otherwise() -> None:
    plain = Operation("/api/time", "get", "Tell the time.")
    assert (plain.status, plain.stream, plain.access, plain.parameters) == (200, None, "anyone", ())
