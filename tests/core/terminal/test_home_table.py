import json

import pytest

from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.home import BundleHome
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.terminal.home_table import print_versions


@pytest.fixture
def home(tmp_path):
    home = BundleHome(tmp_path)
    for data in ({"old.tsv": "0" * 64}, {"new.tsv": "1" * 64}):
        BundleDraft.start(home.new_version("mine")).finish(Manifest(kind="fraud", data=data))
    home.promote("mine", "0002")
    return home


def versions(home, capsys):
    print_versions(home, as_json=True)
    return json.loads(capsys.readouterr().out)["versions"]


def test_each_version_is_told_and_which_is_served(home, capsys):
    told = [(v["name"], v["version"], v["served"], v["kind"], v["trained_on"]) for v in versions(home, capsys)]
    assert told == [("mine", "0001", False, "fraud", "old.tsv"), ("mine", "0002", True, "fraud", "new.tsv")]
    print_versions(home, as_json=False)
    assert "mine\t0002\tyes\tfraud\t0.0\tnew.tsv" in capsys.readouterr().out


def test_damage_is_a_row_and_no_error(home, capsys):
    (home.root / "bundles" / "mine" / "0001" / "manifest.json").write_text("{}")
    (home.root / "bundles" / "mine" / "current").write_text("0009")
    assert [(v["kind"], v["served"]) for v in versions(home, capsys)] == [("damaged", False), ("fraud", False)]


def test_an_empty_home_has_none(tmp_path, capsys):
    assert versions(BundleHome(tmp_path), capsys) == []
