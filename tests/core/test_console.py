import io
import json

import pytest

from nlpbot.core.console import (
    can_shade,
    note,
    print_json,
    print_shaded,
    print_table,
    print_text,
    progress_line,
)


def test_results_go_to_stdout_as_they_are_and_notes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    print_text("[bold]x[/bold] " + "long " * 60)
    note("[red]careful[/red] :smile: " + "long " * 60)
    out, err = capsys.readouterr()
    assert out == "[bold]x[/bold] " + "long " * 60 + "\n"
    assert err.strip() == ("[red]careful[/red] :smile: " + "long " * 60).strip()


def test_json_is_one_document_and_never_holds_nan(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"text": "안녕", "f1": 0.5})
    out = capsys.readouterr().out
    assert json.loads(out) == {"text": "안녕", "f1": 0.5}
    assert "안녕" in out
    with pytest.raises(ValueError, match="not JSON compliant"):
        print_json({"f1": float("nan")})
    assert capsys.readouterr().out == ""


def test_a_table_shows_every_cell_and_numbers_to_the_right(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("[title]", ["model", "f1"], [["linear [1]:x:", "0.5"], ["lstm", "10.25"], ["none", "–"]])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "[title]"
    row = next(line for line in lines if "linear [1]:x:" in line)
    assert row.index("0.5") + 3 == next(line for line in lines if "lstm" in line).index("10.25") + 5


def test_progress_is_silent_where_stderr_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_line("training") as show:
        show(1, 2, "loss 3")
    assert capsys.readouterr() == ("", "")


def test_progress_is_shown_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with progress_line("training") as show:
        show(2, 2, "loss [b]3")
    assert "training" in screen.getvalue()
    assert "loss [b]3" in screen.getvalue()


def test_pieces_are_shaded_only_where_colours_are_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = [("a [b] ", 0), ("cat\x1b[31m", 4), (" :smile:", 1)]
    print_shaded(pieces)
    assert capsys.readouterr().out == "a [b] cat␛[31m :smile:\n"
    assert not can_shade()
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert can_shade()
    print_shaded(pieces)
    plain, *shaded = capsys.readouterr().out.split("\x1b[")
    assert plain == "a [b] "
    assert shaded[0].endswith("48;5;160mcat␛[31m")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not can_shade()
