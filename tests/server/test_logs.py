"""Logs are lines of JSON, and hold nothing that somebody wrote."""

import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from server.logs import quiet_logs

SECRET = "what somebody wrote"


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Set logs up as if nobody else had; only once the test runs is its stderr there."""
    before = structlog.get_config()

    def quiet() -> None:
        monkeypatch.setattr(logging.root, "handlers", [])
        quiet_logs()

    yield quiet
    structlog.configure(**before)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict]:
    out, err = capsys.readouterr()
    assert out == ""
    return [json.loads(line) for line in err.splitlines()]


def fail(text: str) -> None:
    try:
        int(text)
    except ValueError as error:
        raise KeyError(text) from error


def test_a_log_is_a_line_of_json_on_stderr(start: Callable[[], None], capsys: pytest.CaptureFixture[str]) -> None:
    start()
    structlog.get_logger().error("request failed", path="/api/chat")
    logging.getLogger("waitress").warning("Task queue depth is %d", 3)
    logging.getLogger("waitress").info("not worth a line")
    ours, waitress = lines(capsys)
    assert (ours["event"], ours["level"], ours["path"]) == ("request failed", "error", "/api/chat")
    assert (waitress["event"], waitress["level"]) == ("Task queue depth is 3", "warning")


@pytest.mark.parametrize("get_logger", [structlog.get_logger, logging.getLogger])
def test_an_exception_is_told_without_its_message(
    start: Callable[[], None], capsys: pytest.CaptureFixture[str], get_logger: Callable[[str], logging.Logger]
) -> None:
    start()
    try:
        fail(SECRET)
    except KeyError as error:
        get_logger("waitress").error("request failed", exc_info=error)
    (line,) = lines(capsys)
    assert SECRET not in str(line)
    assert line["exception"].count("test_logs.py") == 3
    assert "in fail\n" in line["exception"]
    assert "KeyError\n" in line["exception"]
    assert line["exception"].endswith("ValueError")
