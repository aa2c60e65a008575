import json

from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.home import BundleHome
from nlpbot.core.bundles.manifest import Manifest


def test_versions_are_promoted_rolled_back_and_deleted_by_command(nlpbot, tmp_path):
    home = BundleHome(tmp_path)
    for _ in range(2):
        BundleDraft.start(home.new_version("lm")).finish(Manifest(kind="lm"))
    assert nlpbot("home", "promote", "lm", "0002", "--home", tmp_path).exit_code == 0
    assert "0002\tyes" in nlpbot("home", "list", "--home", tmp_path).stdout
    rolled = nlpbot("home", "rollback", "lm", "--home", tmp_path)
    assert (rolled.exit_code, rolled.stderr) == (0, "lm: 0001 is promoted; a running server follows within seconds\n")
    assert nlpbot("home", "remove", "lm", "0002", "--home", tmp_path).exit_code == 0
    assert home.versions("lm") == ["0001"]
    refused = nlpbot("home", "remove", "lm", "0001", "--home", tmp_path)
    assert (refused.exit_code, "is served; promote another first" in refused.stderr) == (2, True)


def test_a_home_is_backed_up_and_restored_by_command(nlpbot, tmp_path):
    home, file, again = BundleHome(tmp_path / "home"), tmp_path / "home.tar", tmp_path / "again"
    home.promote("lm", BundleDraft.start(home.new_version("lm")).finish(Manifest(kind="lm")).name)
    backed_up = nlpbot("home", "backup", file, "--home", home.root)
    assert (backed_up.exit_code, backed_up.stdout) == (0, "")
    assert backed_up.stderr.startswith("backing up: 90 %\nbacking up: 100 %\n")
    assert "exists already" in nlpbot("home", "backup", file, "--home", home.root).stderr
    found = json.loads(nlpbot("home", "backup", file, "--home", home.root, "--force", "--json").stdout)
    assert (found["file"], found["home"], found["files"]) == (str(file), str(home.root), 2)
    restored = nlpbot("home", "restore", file, "--home", again, "--json")
    assert json.loads(restored.stdout) == {**found, "home": str(again)}
    assert "restoring: 100 %" in restored.stderr
    assert BundleHome(again).current("lm") == again / "bundles" / "lm" / "0001"
    refused = nlpbot("home", "restore", file, "--home", again)
    assert (refused.exit_code, "give --force to replace them" in refused.stderr) == (2, True)
    assert nlpbot("home", "restore", file, "--home", again, "--force").exit_code == 0
