import gzip
import hashlib
import json
import os
from pathlib import Path

import pytest

from nlpbot.core.datasets.catalog import ORIGIN, DataSet, Step, data_set
from nlpbot.core.datasets.fetch import content_hash, fetch
from nlpbot.core.kernel.errors import ConfigError, DataError
from nlpbot.core.text.labelled import read_labelled

ROWS = "ham\tsee you\nspam\twin now\n"


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "from" / "sms"
    folder.mkdir(parents=True)
    (folder / "rows.tsv").write_text(ROWS)
    (folder / "README").write_text("read me")
    return folder


def entry(**changes):
    step = Step(convert="table", files=("rows.tsv",), to="all.tsv", columns={"label": "0", "text": "1"})
    files = {"rows.tsv": sha(ROWS), "README": sha("read me")}
    return DataSet(title="t", address="https://a.example/", licence="l", **{"files": files, "steps": (step,)} | changes)


@pytest.mark.parametrize("inside", [True, False])
def test_files_are_converted_or_copied_and_their_origin_is_kept(source, tmp_path, inside):
    target = tmp_path / "to" / "sms"
    files = fetch("sms", entry(), source if inside else source.parent, target)
    assert files == [target / "README", target / "all.tsv"]
    assert (target / "all.tsv").read_text() == "label\ttext\nham\tsee you\nspam\twin now\n"
    assert json.loads((target / ORIGIN).read_text())["sha256"]["rows.tsv"] == sha(ROWS)


def test_another_version_is_refused_with_both_hashes_and_accepted_when_told(source, tmp_path):
    (source / "rows.tsv").write_text("ham\tother\n")
    with pytest.raises(DataError, match=rf"{sha('ham' + chr(9) + 'other' + chr(10))}; {sha(ROWS)} .*--any-version"):
        fetch("sms", entry(), source, tmp_path / "to")
    assert not (tmp_path / "to").exists()
    fetch("sms", entry(), source, tmp_path / "to", any_version=True)
    assert (tmp_path / "to" / "all.tsv").read_text() == "label\ttext\nham\tother\n"


def test_a_missing_file_is_named_with_where_it_comes_from(source, tmp_path):
    (source / "README").unlink()
    with pytest.raises(DataError, match=r"sms: has no README; rows.tsv, README expected, from https://a.example/"):
        fetch("sms", entry(), source.parent, tmp_path / "to")


def test_what_is_there_is_replaced_only_when_told(source, tmp_path):
    fetch("sms", entry(), source, tmp_path / "to")
    (tmp_path / "to" / "old.txt").write_text("old")
    with pytest.raises(ConfigError, match="is there already; give --force"):
        fetch("sms", entry(), source, tmp_path / "to")
    fetch("sms", entry(), source, tmp_path / "to", force=True)
    assert not (tmp_path / "to" / "old.txt").exists()


def test_a_folder_with_other_things_is_never_replaced(source, tmp_path):
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / "thesis.txt").write_text("years")
    with pytest.raises(ConfigError, match="holds other things"):
        fetch("sms", entry(), source, tmp_path / "to", force=True)
    assert (tmp_path / "to" / "thesis.txt").read_text() == "years"


def test_a_failing_conversion_leaves_nothing_behind_and_what_was_there(source, tmp_path):
    fetch("sms", entry(), source, tmp_path / "to")
    step = Step(convert="splits", files=("rows.tsv",), to="out")
    with pytest.raises(DataError):
        fetch("sms", entry(steps=(step,)), source, tmp_path / "to", force=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["from", "to"]
    assert (tmp_path / "to" / "all.tsv").exists()


def test_packing_again_changes_no_hash_and_a_folder_has_one(tmp_path):
    for level in (1, 9):
        (tmp_path / f"{level}.gz").write_bytes(gzip.compress(ROWS.encode() * 50, level))
    assert content_hash(tmp_path / "1.gz") == content_hash(tmp_path / "9.gz") == sha(ROWS * 50)
    folder = tmp_path / "folder"
    (folder / "b").mkdir(parents=True)
    (folder / "b" / "x.png").write_text("1")
    (folder / "a.png").write_text("2")
    assert content_hash(folder) == sha(f"{sha('2')}  a.png\n{sha('1')}  b/x.png\n")


def test_a_folder_is_copied_whole(source, tmp_path):
    files = {"sms/": content_hash(source)}
    assert fetch("pictures", entry(files=files, steps=()), source.parent, tmp_path / "to") == [
        tmp_path / "to" / "sms" / "README",
        tmp_path / "to" / "sms" / "rows.tsv",
    ]


@pytest.mark.corpora
@pytest.mark.parametrize(
    ("name", "file", "rows", "label"),
    [
        ("sms-spam-collection", "all.tsv", 5574, "spam"),
        ("clinc150", "oos_plus/train.tsv", 15250, "oos"),
        ("snips", "test.tsv", 700, "getweather"),
        ("3i4k", "test.tsv", 6121, "rhetorical question"),
    ],
)
def test_public_sets_become_tables_that_the_commands_read(tmp_path, name, file, rows, label):
    corpora = os.environ.get("NLPBOT_CORPORA")
    if not corpora:
        pytest.skip("NLPBOT_CORPORA names no folder of public corpora")
    fetch(name, data_set(name), Path(corpora), tmp_path / "to")
    found = read_labelled(tmp_path / "to" / file)
    assert len(found) == rows
    assert label in {row.label for row in found}
