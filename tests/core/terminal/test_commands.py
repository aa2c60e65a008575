from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.terminal.commands import (
    FrontDoor,
    device_option,
    force_option,
    json_option,
    seed_option,
)
from nlpbot.core.terminal.paths import out_option


@click.group(cls=FrontDoor)
def door() -> None:
    """A front door."""


@door.command()
@click.argument("how")
def fail(how: str) -> None:
    """Fail in some way."""
    raise {
        "data": DataError("a.tsv:3: bad;\n   better expected"),
        "disk": OSError(28, "No space left on device", "a.json"),
        "stop": KeyboardInterrupt(),
        "abort": click.Abort(),
        "click": click.ClickException("odd"),
        "bug": RuntimeError("a bug"),
    }[how]


@door.command()
@json_option
@seed_option
@device_option
@out_option
@force_option
def train(as_json: bool, seed: int, device: str, out: Path, force: bool) -> None:
    """Show what was given."""
    click.echo(repr((as_json, seed, device, str(out), force)))


@door.command()
@click.pass_context
def leave(context: click.Context) -> None:
    """Leave with a code."""
    context.exit(3)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(door, arguments, prog_name="nlpbot")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["fail", "data"], 2, "error: a.tsv:3: bad; better expected\n"),
        (["fail", "disk"], 2, "error: [Errno 28] No space left on device: 'a.json'\n"),
        (["fail", "click"], 2, "error: odd\n"),
        (["fail", "stop"], 130, "\nerror: stopped\n"),
        (["fail", "abort"], 130, "error: stopped\n"),
        (["fail"], 2, "error: Missing argument 'HOW'; see `nlpbot fail --help`\n"),
        (["xyz"], 2, "error: No such command 'xyz'; see `nlpbot --help`\n"),
        (["trian"], 2, "error: No such command 'trian'; did you mean train?\n"),
        (["train", "--sed", "3"], 2, "error: No such option '--sed'; did you mean --seed?\n"),
        (["train"], 2, "error: Missing option '--out'; see `nlpbot train --help`\n"),
    ],
)
def test_what_the_user_can_mend_is_one_line_on_stderr(arguments: list[str], code: int, says: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", says)


@pytest.mark.parametrize("wrong", [["--seed", "-1"], ["--device", "tpu"], ["--out", __file__]])
def test_options_out_of_range_are_refused(wrong: list[str]) -> None:
    result = run("train", "--out", "x", *wrong)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: Invalid value for '{wrong[0]}': ")
    assert result.stderr.count("\n") == 1


def test_a_bug_is_not_hidden() -> None:
    assert isinstance(run("fail", "bug").exception, RuntimeError)


def test_the_shared_options_have_their_defaults_and_reach_the_command() -> None:
    assert run("train", "--out", "x").stdout == "(False, 0, 'auto', 'x', False)\n"
    given = run("train", "--json", "--seed", "3", "--device", "cpu", "--out", "y", "--force")
    assert given.stdout == "(True, 3, 'cpu', 'y', True)\n"
    assert given.exit_code == 0


def test_without_a_command_the_help_is_shown_whole() -> None:
    result = run()
    assert result.exit_code == 2
    assert result.stderr.splitlines()[0] == "Usage: nlpbot [OPTIONS] COMMAND [ARGS]..."


def test_a_command_may_choose_its_exit_code() -> None:
    assert run("leave").exit_code == 3
