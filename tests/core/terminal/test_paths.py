import io
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.home import BundleHome
from nlpbot.core.bundles.manifest import NO_BUNDLE, Manifest
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.kernel.targets import CHECKPOINT
from nlpbot.core.terminal.commands import FrontDoor, force_option
from nlpbot.core.terminal.paths import (
    FILE,
    FILE_OR_STDIN,
    FOLDER,
    TEXT_OR_STDIN,
    BundleOrNone,
    bundle_argument,
    out_file_argument,
    out_file_option,
    out_option,
)


@click.group(cls=FrontDoor)
def door() -> None:
    """A front door."""


@door.command()
@bundle_argument("fraud")
def show(bundle: Path) -> None:
    """Show the folder of a bundle."""
    click.echo(str(bundle))


@door.command()
@click.argument("file", type=FILE_OR_STDIN)
@click.option("--valid", type=FILE)
@click.option("--data", type=FOLDER)
def read(file: Path, valid: Path | None, data: Path | None) -> None:
    """Show what is to be read."""
    click.echo(f"{file} {valid} {data}")


@door.command()
@click.argument("text", type=TEXT_OR_STDIN)
def say(text: str) -> None:
    """Show a text."""
    click.echo(repr(text))


@door.command()
@out_option
@force_option
@click.option("--resume", is_flag=True, is_eager=True)
def train(out: Path, force: bool, resume: bool) -> None:
    """Show where a bundle goes."""
    click.echo(f"{out} {force} {resume}")


@door.command()
@out_file_argument
def write(file: Path) -> None:
    """Show where a file goes."""
    click.echo(str(file))


@door.command()
@out_file_option("--out", what="Rows.", rows=True)
def rows(out: Path | None) -> None:
    """Show where rows go."""
    click.echo(str(out))


def run(*arguments: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(door, [str(argument) for argument in arguments], input=stdin, prog_name="nlpbot")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BundleHome:
    home = BundleHome(tmp_path / "home")
    for kind in ("fraud", "lm"):
        out = home.new_version(kind)
        BundleDraft.start(out).finish(Manifest(kind=kind))
        home.promote(kind, out.name)
    monkeypatch.setenv("NLPBOT_HOME", str(tmp_path / "none"))
    return home


def test_a_bundle_is_a_folder_or_a_name_in_the_home(home: BundleHome, monkeypatch: pytest.MonkeyPatch) -> None:
    served = f"{home.current('fraud')}\n"
    assert run("show", served.strip()).stdout == served
    assert run("show", "fraud", "--home", home.root).stdout == served
    assert run("show", "--home", home.root, "fraud").stdout == served
    assert "nor by that name in the home" in run("show", "fraud").stderr
    monkeypatch.setenv("NLPBOT_HOME", str(home.root))
    assert run("show", "fraud").stdout == served


def test_a_bundle_of_another_kind_is_refused(home: BundleHome) -> None:
    result = run("show", "lm", "--home", home.root)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: {home.current('lm')}: a bundle of lm; one of fraud expected\n"


def test_none_stands_for_no_bundle(home: BundleHome) -> None:
    either = BundleOrNone("fraud")
    assert either.convert("none", None, None) == NO_BUNDLE
    assert either.convert(str(home.current("fraud")), None, None) == home.current("fraud")
    with pytest.raises(BundleError, match="a bundle of lm; one of fraud expected"):
        either.convert(str(home.current("lm")), None, None)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["none.txt"], "File 'none.txt' does not exist"),
        (["."], "File '.' is a directory"),
        (["-", "--valid", "none.txt"], "File 'none.txt' does not exist"),
        (["-", "--valid", "-"], "File '-' does not exist"),
        (["-", "--data", "none"], "Directory 'none' does not exist"),
        (["-", "--data", __file__], f"Directory '{__file__}' is a file"),
    ],
)
def test_what_is_to_be_read_must_be_there(arguments: list[str], says: str) -> None:
    result = run("read", *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"error: {says}\n")


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("read", "-").stdout == "- None None\n"
    assert run("say", "-", stdin="two\nlines\n").stdout == "'two\\nlines'\n"
    assert run("say", "-x", stdin="").exit_code == 2
    assert run("say", "a - b").stdout == "'a - b'\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff")))
    assert "standard input: not UTF-8" in run("say", "-", stdin=b"\xff").stderr  # type: ignore[arg-type]


def test_a_bundle_that_is_there_is_replaced_only_by_force(tmp_path: Path) -> None:
    free, taken = tmp_path / "free", tmp_path
    assert run("train", "--out", free).stdout == f"{free} False False\n"
    assert "exists already" in run("train", "--out", taken).stderr
    assert run("train", "--out", taken, "--force").stdout == f"{taken} True False\n"
    (tmp_path / "free.partial").mkdir()
    (tmp_path / "free.partial" / CHECKPOINT).touch()
    assert "an interrupted run" in run("train", "--out", free).stderr
    for option in ("--resume", "--force"):
        assert run("train", "--out", free, option).exit_code == 0


def test_a_file_that_is_there_is_replaced_only_by_force(tmp_path: Path) -> None:
    taken = tmp_path / "a.tsv"
    taken.touch()
    for arguments in (["write", taken], ["rows", "--out", taken]):
        assert "exists already" in run(*arguments).stderr
        assert run(*arguments, "--force").stdout == f"{taken}\n"
    assert run("rows").stdout == "None\n"
    assert "b.txt: .txt can't hold rows" in run("rows", "--out", "b.txt").stderr
