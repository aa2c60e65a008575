from pathlib import Path

import pytest

from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.home import BundleHome, default_home, find_bundle
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.errors import BundleError


@pytest.fixture
def home(tmp_path: Path) -> BundleHome:
    return BundleHome(tmp_path / "home")


def write(home: BundleHome) -> str:
    return BundleDraft.start(home.new_version("fraud")).finish(Manifest(kind="fraud")).name


def test_the_environment_names_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NLPBOT_HOME", str(tmp_path))
    assert default_home() == tmp_path
    monkeypatch.setenv("NLPBOT_HOME", "")
    assert default_home().name == "nlpbot"


def test_an_empty_home_serves_nothing(home: BundleHome) -> None:
    assert home.versions("fraud") == []
    assert home.current("fraud") is None
    assert home.new_version("fraud") == home.root / "bundles" / "fraud" / "0001"
    assert home.database.parent == home.root


def test_versions_are_promoted_and_rolled_back(home: BundleHome) -> None:
    assert [write(home), write(home)] == ["0001", "0002"]
    assert home.current("fraud") is None
    for version in ("0001", "0002", "0001"):
        home.promote("fraud", version)
        current = home.current("fraud")
        assert current is not None
        assert current.name == version
    assert home.versions("fraud") == ["0001", "0002"]


def test_the_version_before_is_served_again(home: BundleHome) -> None:
    for _ in range(3):
        home.promote("fraud", write(home))
    assert [home.roll_back("fraud"), home.roll_back("fraud")] == ["0002", "0001"]
    with pytest.raises(BundleError, match="fraud 0001 is the oldest version; nothing to roll back to"):
        home.roll_back("fraud")
    for name in ("chat", "..", ""):
        with pytest.raises(BundleError, match=r"nothing is served as .*; it has fraud"):
            home.roll_back(name)


def test_the_kinds_of_a_slot_are_those_of_its_versions(home: BundleHome) -> None:
    assert home.kinds("fraud") == set()
    write(home)
    write(home)
    assert home.kinds("fraud") == {"fraud"}
    (home.new_version("fraud").parent / "0001" / "manifest.json").write_text("{}")
    assert home.kinds("fraud") == {"fraud"}
    (home.new_version("fraud").parent / "0002" / "manifest.json").write_text("{}")
    assert home.kinds("fraud") == set()


def test_only_what_is_not_served_is_deleted(home: BundleHome) -> None:
    home.promote("fraud", write(home))
    write(home)
    with pytest.raises(BundleError, match="fraud 0001 is served; promote another first"):
        home.remove("fraud", "0001")
    home.remove("fraud", "0002")
    assert home.versions("fraud") == ["0001"]
    assert sorted(path.name for path in (home.root / "bundles" / "fraud").iterdir()) == ["0001", "current"]
    for name, version in (("fraud", "0002"), ("fraud", ".."), ("..", "bundles"), ("chat", "0001")):
        with pytest.raises(BundleError, match="has no version"):
            home.remove(name, version)


def test_what_was_not_written_whole_is_no_version(home: BundleHome) -> None:
    write(home)
    folder = home.root / "bundles" / "fraud"
    for name in ("0002.partial", "0001.old", "notes"):
        (folder / name).mkdir()
        (folder / name / "manifest.json").write_text("{}")
    (folder / "0003").mkdir()
    assert home.versions("fraud") == ["0001"]
    assert home.new_version("fraud").name == "0002"


@pytest.mark.parametrize("version", ["0002", "../fraud/0001", ""])
def test_only_a_version_that_is_there_can_be_current(home: BundleHome, version: str) -> None:
    write(home)
    home.promote("fraud", "0001")
    with pytest.raises(BundleError, match="it has 0001"):
        home.promote("fraud", version)
    assert home.current("fraud") == home.root / "bundles" / "fraud" / "0001"
    (home.root / "bundles" / "fraud" / "current").write_text(version)
    with pytest.raises(BundleError, match="which is not there; promote one that is"):
        home.current("fraud")


def test_a_bundle_is_found_by_its_path_or_by_its_name_in_the_home(
    home: BundleHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.promote("fraud", write(home))
    served = home.current("fraud")
    assert find_bundle("fraud", home.root) == served
    monkeypatch.setenv("NLPBOT_HOME", str(home.root))
    assert find_bundle("fraud") == served
    monkeypatch.chdir(tmp_path)
    Path("fraud").mkdir()
    assert find_bundle("fraud") == served  # a folder without a bundle is none
    BundleDraft.start(Path("fraud"), force=True).finish(Manifest(kind="fraud"))
    assert find_bundle("fraud") == Path("fraud")


@pytest.mark.parametrize("name", ["fruad", "models/fraud", "..", "."])
def test_where_a_bundle_was_looked_for_is_told(home: BundleHome, name: str) -> None:
    write(home)
    with pytest.raises(BundleError) as caught:
        find_bundle(name, home.root)
    assert str(caught.value).startswith(f"{Path(name)}: no bundle there")
    assert f"nor by that name in the home {home.root}, which has fraud" in str(caught.value)
