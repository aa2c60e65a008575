import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.home import BundleHome
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.config import Settings
from nlpbot.core.kernel.console import Table
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.runs.train_options import TrainOptions
from nlpbot.core.runs.training_record import TrainedBundle, TrainingRecord
from nlpbot.core.terminal.commands import FrontDoor
from nlpbot.core.terminal.train_commands import run_training, training_options

RECORD = TrainingRecord(Settings(), 0, {}, {"accuracy": 0.5}, "by hand", 1.0)


@click.group(cls=FrontDoor)
def door() -> None:
    """A front door."""


@door.command()
@training_options
@click.option("--fail", is_flag=True)
def write(fail: bool, **given) -> None:
    """Write a bundle."""

    def train(options: TrainOptions) -> TrainedBundle:
        if fail:
            raise DataError("a.txt: empty; text expected")
        folder = BundleDraft.start(options.out, force=options.force).finish(Manifest(kind="lm"))
        shown = f"{options.resume} {options.seed} {options.device}"
        return TrainedBundle(folder, RECORD, [Table("written", ["options"], [[shown]])])

    run_training(train, kind="lm", **given)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(door, ["write", *arguments], prog_name="nlpbot")


def test_the_options_reach_the_training_and_people_see_a_table(tmp_path: Path) -> None:
    out = str(tmp_path / "b")
    assert run("--out", out).stdout == "options\nFalse None auto\n"
    again = run("--out", out, "--force", "--resume", "--seed", "7", "--device", "cpu")
    assert again.stdout == "options\nTrue 7 cpu\n"


def test_programs_get_the_record_as_one_document(tmp_path: Path) -> None:
    printed = json.loads(run("--out", str(tmp_path / "b"), "--json").stdout)
    assert printed["accuracy"] == 0.5
    assert printed["bundle"] == str(tmp_path / "b")


def test_a_home_serves_the_newest_bundle_that_was_written_whole(tmp_path: Path) -> None:
    home = BundleHome(tmp_path)
    for version in ("0001", "0002"):
        assert run("--home", str(tmp_path)).exit_code == 0
        assert home.current("lm") == tmp_path / "bundles" / "lm" / version
    assert run("--home", str(tmp_path), "--fail").exit_code == 2
    assert home.current("lm") == tmp_path / "bundles" / "lm" / "0002"


def test_a_slot_of_the_home_may_have_another_name(tmp_path: Path) -> None:
    home = BundleHome(tmp_path)
    assert run("--home", str(tmp_path), "--as", "poetry").exit_code == 0
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
    result = run(*arguments)
    assert (result.exit_code, says in result.stderr) == (2, True)


def test_a_slot_keeps_to_one_kind(tmp_path: Path) -> None:
    bundles = BundleHome(tmp_path)
    BundleDraft.start(bundles.new_version("poetry")).finish(Manifest(kind="classify"))
    result = run("--home", str(tmp_path), "--as", "poetry")
    assert (result.exit_code, bundles.versions("poetry")) == (2, ["0001"])
    assert "poetry holds bundles of classify; choose another name with --as" in result.stderr


def test_a_bundle_of_its_own_is_written_where_it_is_expected(tmp_path: Path) -> None:
    assert run("--out", str(tmp_path / "b")).exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


@pytest.mark.parametrize("options", [[], ["--out", "a", "--home", "b"]])
def test_one_place_to_write_to_is_expected(options: list[str]) -> None:
    result = run(*options)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: expected one of --out and --home; see ")
