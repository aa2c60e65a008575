import io
import json

import pytest

from nlpbot.core.kernel.console import (
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


ROWS = [["linear [1]:x:", "0.5"], ["lstm\tdeep\n", "10.25"], ["none", "–"]]


def test_a_terminal_shows_a_table_with_numbers_to_the_right(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    print_table("[title]", ["model", "f1"], ROWS)
    title, *lines = capsys.readouterr().out.splitlines()
    assert title == "[title]"
    row = next(line for line in lines if "linear [1]:x:" in line)
    assert row.index("0.5") + 3 == next(line for line in lines if "lstm" in line).index("10.25") + 5


def test_a_pipe_gets_the_rows_plain_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("[title]", ["model", "f1"], ROWS)
    out, err = capsys.readouterr()
    assert out == "model\tf1\nlinear [1]:x:\t0.5\nlstm deep\t10.25\nnone\t–\n"
    assert err == "[title]\n"


def test_progress_is_a_line_each_tenth_where_stderr_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_line("training") as show:
        for step in range(101):
            show(step, 100, f"loss {step}")
    tenths = [f"training: {tenth} %, loss {tenth}" for tenth in range(10, 101, 10)]
    assert capsys.readouterr() == ("", "\n".join([*tenths, ""]))


def test_progress_is_told_anew_in_each_pass_and_not_where_no_end_is_known(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with progress_line("training") as show:
        for done, total in ((7, 9), (8, 9), (1, 9), (5, 9), (3, 0), (9, 8.5)):
            show(done, total)
    assert capsys.readouterr().err.split("\n") == [
        "training: 70 %",
        "training: 80 %",
        "training: 50 %",
        "training: 100 %",
        "",
    ]


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
