"""A backup holds what a home serves and keeps, and nothing that is half made."""

import tarfile
from pathlib import Path

import pytest

from nlpbot.assistant.home_backup import back_up
from nlpbot.assistant.store import Store
from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.home import BundleHome
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.errors import BundleError, DataError


def silent(_done: float, _total: float, _text: str = "") -> None:
    pass


@pytest.fixture
def home(tmp_path: Path) -> BundleHome:
    return BundleHome(tmp_path / "home")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "backups" / "home.tar"


def write(home: BundleHome, name: str) -> Path:
    draft = BundleDraft.start(home.new_version(name))
    draft.write_json("a.json", [name])
    draft.part("p").finish(Manifest(kind="lm"))
    return draft.finish(Manifest(kind=name))


def test_all_versions_what_is_served_and_all_conversations_are_in_it(home: BundleHome, out: Path) -> None:
    write(home, "fraud")
    home.promote("fraud", write(home, "fraud").name)
    write(home, "chat")
    Store(home.database).close()
    home.secret.write_text("key")
    contents = back_up(home, out, silent)
    files = ("a.json", "manifest.json", "parts/p/manifest.json")
    bundles = [f"bundles/{version}/{file}" for version in ("chat/0001", "fraud/0001", "fraud/0002") for file in files]
    assert sorted(contents.files) == sorted([*bundles, "bundles/fraud/current", "nlpbot.sqlite", "secret"])
    with tarfile.open(out) as tar:
        assert tar.extractfile("bundles/fraud/current").read() == b"0002"  # type: ignore[union-attr]
        assert set(tar.getnames()) == {*contents.files, "contents.json"}
    assert [path.name for path in out.parent.iterdir()] == [out.name]


def test_what_is_half_made_or_no_part_of_a_home_is_left_out(home: BundleHome, out: Path) -> None:
    bundle = write(home, "fraud")
    (bundle / ".DS_Store").touch()
    for name in ("0002.partial", "0001.old", "notes"):
        (bundle.parent / name).mkdir()
        (bundle.parent / name / "manifest.json").touch()
    (home.root / "data" / "corpus").mkdir(parents=True)
    (home.root / "data" / "corpus" / "a.txt").touch()
    names = back_up(home, out, silent).files
    assert sorted(names) == [
        f"bundles/fraud/0001/{name}" for name in ("a.json", "manifest.json", "parts/p/manifest.json")
    ]


def test_a_version_promoted_meanwhile_is_not_half_in_it(
    home: BundleHome, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.promote("fraud", write(home, "fraud").name)
    current = home.current

    def promoting(name: str) -> Path | None:
        folder = current(name)
        home.promote("fraud", write(home, "fraud").name)
        return folder

    monkeypatch.setattr(home, "current", promoting)
    back_up(home, out, silent)
    with tarfile.open(out) as tar:
        assert tar.extractfile("bundles/fraud/current").read() == b"0001"  # type: ignore[union-attr]


def test_an_empty_home_is_not_backed_up(home: BundleHome, out: Path) -> None:
    with pytest.raises(DataError, match="home: holds nothing to back up; another --home expected"):
        back_up(home, out, silent)
    assert not out.exists()


def test_a_home_that_could_not_be_restored_is_not_backed_up(home: BundleHome, out: Path, tmp_path: Path) -> None:
    bundle = write(home, "fraud")
    (bundle / "link.json").symlink_to(tmp_path)
    with pytest.raises(DataError, match=r"link\.json: a link can't be archived"):
        back_up(home, out, silent)
    (bundle.parent / "current").write_text("0007")
    with pytest.raises(BundleError, match=r"0007.*promote one that is"):
        back_up(home, out, silent)
    assert not list(out.parent.iterdir())
