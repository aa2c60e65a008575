from pathlib import Path

import pytest

from nlpbot.core.kernel.errors import BundleError, ConfigError
from nlpbot.core.kernel.targets import (
    CHECKPOINT,
    check_free,
    check_no_run,
    check_row_file,
    new_private_file,
    partial_of,
)


def test_what_is_there_is_replaced_only_by_force(tmp_path: Path) -> None:
    check_free(tmp_path / "deep" / "free", force=False)
    check_free(tmp_path, force=True)
    with pytest.raises(BundleError, match="exists already; choose another name or give --force to replace it"):
        check_free(tmp_path, force=False)


def test_nothing_is_written_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BundleError, match=r"can't be written, since .*file is a file"):
        check_free(tmp_path / "file" / "deep" / "out", force=True)


def test_an_interrupted_run_is_not_begun_anew_unasked(tmp_path: Path) -> None:
    check_no_run(tmp_path / "out")
    partial_of(tmp_path / "out").mkdir()
    check_no_run(tmp_path / "out")
    (tmp_path / "out.partial" / CHECKPOINT).touch()
    with pytest.raises(BundleError, match="an interrupted run; give --resume"):
        check_no_run(tmp_path / "out")


def test_the_ending_of_a_file_of_rows_says_how_they_are_written() -> None:
    for name in ("a.tsv", "a.csv", "a.b.jsonl"):
        check_row_file(Path(name))
    for name, ending in (("a.txt", ".txt"), ("a", "no ending")):
        with pytest.raises(ConfigError, match=f"{name}: {ending} can't hold rows; one of .tsv, .csv, .jsonl expected"):
            check_row_file(Path(name))


def test_a_private_file_is_new(tmp_path: Path) -> None:
    with new_private_file(tmp_path / "a") as file:
        file.write(b"a")
    with pytest.raises(FileExistsError):
        new_private_file(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"a"
