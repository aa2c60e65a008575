from pathlib import Path

import pytest

from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.home import BundleHome, size_bytes
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.terminal.installation import installation, print_installation


@pytest.fixture
def home(tmp_path: Path) -> BundleHome:
    """A home that serves one bundle, has another that was never promoted, and a damaged one."""
    home = BundleHome(tmp_path / "home")
    for name in ("fraud", "idle", "torn"):
        BundleDraft.start(home.new_version(name)).finish(Manifest(kind="fraud"))
    BundleDraft.start(home.new_version("fraud")).finish(Manifest(kind="fraud"))
    home.promote("fraud", "0002")
    home.promote("torn", "0001")
    (home.root / "bundles" / "torn" / "0001" / "manifest.json").write_text("{}")
    return home


def test_versions_devices_and_every_bundle_of_the_home_are_told(home: BundleHome) -> None:
    found = installation(home.root)
    assert {"nlpbot", "torch", "numpy"} <= set(found["libraries"])
    assert found["devices"][-1] == "cpu"
    assert found["home"] == str(home.root)
    fraud, idle, torn = found["bundles"]
    served = home.root / "bundles" / "fraud" / "0002"
    assert fraud == {
        "name": "fraud",
        "kind": "fraud",
        "current": "0002",
        "versions": ["0001", "0002"],
        "size_bytes": size_bytes(served),
        "problem": None,
    }
    assert (idle["kind"], idle["current"], idle["versions"]) == (None, None, ["0001"])
    assert "damaged" in torn["problem"]


def test_people_get_two_tables_and_what_is_wrong(home: BundleHome, capsys: pytest.CaptureFixture[str]) -> None:
    print_installation(installation(home.root))
    out, err = capsys.readouterr()
    assert f"home\t{home.root}\n" in out
    assert "\nfraud\tfraud\t0002\t2\t0.0\n" in out
    assert "\nidle\t–\t–\t1\t0.0\n" in out
    assert "damaged" in err


def test_a_home_that_is_not_there_has_no_bundles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = installation(tmp_path / "none")
    assert found["bundles"] == []
    print_installation(found)
    assert "bundle\t" not in capsys.readouterr().out
