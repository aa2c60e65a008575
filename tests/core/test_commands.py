from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from nlpbot.core.bundle import BundleDraft
from nlpbot.core.commands import (
    FrontDoor,
    destination,
    device_option,
    force_option,
    json_option,
    seed_option,
)
from nlpbot.core.errors import DataError
from nlpbot.core.home import BundleHome
from nlpbot.core.manifest import Manifest
from nlpbot.core.paths import out_option, out_or_home_options


@click.group(cls=FrontDoor)
def door() -> None:
    """A front door."""


@door.command()
@click.argument("how")
def fail(how: str) -> None:
    """Fail in some way."""
    raise {
        "data": DataError("a.tsv:3: bad;\n   better wanted"),
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


@door.command()
@out_or_home_options
@click.option("--fail", is_flag=True)
def write(out: Path | None, home: Path | None, fail: bool) -> None:
    """Write a bundle."""
    with destination(out, home, room="lm") as folder:
        if fail:
            raise DataError("a.txt: empty; text wanted")
        folder.mkdir(parents=True)
        (folder / "manifest.json").touch()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(door, arguments, prog_name="nlpbot")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["fail", "data"], 2, "error: a.tsv:3: bad; better wanted\n"),
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


def test_a_home_serves_the_newest_bundle_that_was_written_whole(tmp_path: Path) -> None:
    home = BundleHome(tmp_path)
    for version in ("0001", "0002"):
        assert run("write", "--home", str(tmp_path)).exit_code == 0
        assert home.current("lm") == tmp_path / "bundles" / "lm" / version
    assert run("write", "--home", str(tmp_path), "--fail").exit_code == 2
    assert home.current("lm") == tmp_path / "bundles" / "lm" / "0002"


def test_a_slot_of_the_home_may_have_another_name(tmp_path: Path) -> None:
    home = BundleHome(tmp_path)
    assert run("write", "--home", str(tmp_path), "--as", "poetry").exit_code == 0
    assert home.current("poetry") == tmp_path / "bundles" / "poetry" / "0001"
    assert home.current("lm") is None


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--out", "a", "--as", "poetry"], "--as names a slot of a home; expected --home"),
        (["--home", "a", "--as", "../x"], "expected up to 40 of a-z"),
        (["--home", "a", "--as", "Poetry"], "expected up to 40 of a-z"),
    ],
)
def test_a_slot_without_a_home_or_with_a_name_that_is_none_is_refused(arguments: list[str], says: str) -> None:
    result = run("write", *arguments)
    assert (result.exit_code, says in result.stderr) == (2, True)


def test_a_slot_keeps_to_one_kind(tmp_path: Path) -> None:
    bundles = BundleHome(tmp_path)
    BundleDraft.start(bundles.new_version("poetry")).finish(Manifest(room="classify"))
    result = run("write", "--home", str(tmp_path), "--as", "poetry")
    assert (result.exit_code, bundles.versions("poetry")) == (2, ["0001"])
    assert "poetry holds bundles of classify; choose another name with --as" in result.stderr


def test_a_bundle_of_its_own_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    assert run("write", "--out", str(tmp_path / "b")).exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


@pytest.mark.parametrize("options", [[], ["--out", "a", "--home", "b"]])
def test_one_place_to_write_to_is_wanted(options: list[str]) -> None:
    result = run("write", *options)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: expected one of --out and --home; see ")
