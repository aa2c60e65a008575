"""What the user can mend is one line, before anything is trained or served."""

import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from nlpbot.parts import DEFAULTS

Run = Callable[..., Result]


def _one_line_error(result: Result, *says: str) -> None:
    assert result.exit_code == 2, result.output
    (line,) = result.stderr.strip().splitlines()[-1:]
    assert line.startswith("error: ")
    assert all(part in line for part in says), line
    assert "Traceback" not in result.output


def test_a_port_in_use_is_one_line(nlpbot: Run, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        _one_line_error(nlpbot("serve", "--home", tmp_path, "--port", port), f"127.0.0.1:{port}", "--port")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.7.7"])
def test_letting_others_in_wants_tokens(
    nlpbot: Run, tmp_path: Path, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NLPBOT_API_KEY", raising=False)
    monkeypatch.setenv("NLPBOT_OPERATOR_TOKEN", "o" * 16)
    _one_line_error(nlpbot("serve", "--home", tmp_path, "--host", host), host, "NLPBOT_API_KEY")


def test_a_short_key_is_refused(nlpbot: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLPBOT_API_KEY", "short")
    _one_line_error(nlpbot("serve", "--home", tmp_path), "NLPBOT_API_KEY", "at least 16")


@pytest.mark.parametrize("part", DEFAULTS)
def test_a_damaged_bundle_is_one_line_at_the_start(nlpbot: Run, damaged_home: Callable[[str], Path], part: str) -> None:
    home = damaged_home(part)
    _one_line_error(
        nlpbot("serve", "--home", home, "--port", 0, "--device", "cpu"), f"bundles/{part}", "train it again"
    )
    assert not [thread for thread in threading.enumerate() if thread.name == "engine"]


def test_a_home_whose_database_is_something_else_is_one_line(nlpbot: Run, tmp_path: Path) -> None:
    (tmp_path / "nlpbot.sqlite").write_text("this is no database, but it is long enough to be looked at " * 20)
    _one_line_error(nlpbot("serve", "--home", tmp_path, "--port", 0), "nlpbot.sqlite", "not a database")


def test_options_count_more_than_the_environment(nlpbot: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLPBOT_HOST", "0.0.0.0")
    monkeypatch.setenv("NLPBOT_PORT", "eighty")
    _one_line_error(nlpbot("serve", "--home", tmp_path), "NLPBOT_PORT")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        _one_line_error(nlpbot("serve", "--host", "127.0.0.1", "--port", port), f"127.0.0.1:{port}")


def test_the_help_names_what_only_the_environment_sets(nlpbot: Run) -> None:
    shown = nlpbot("serve", "--help").stdout
    assert "NLPBOT_TRUSTED_PROXIES" in shown
    assert "NLPBOT_DRAIN_S" in shown
    assert "NLPBOT_ALLOWED_HOSTS" in shown
    assert "NLPBOT_HOST" not in shown
