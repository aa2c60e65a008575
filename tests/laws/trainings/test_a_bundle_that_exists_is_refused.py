from nlpbot.core.bundles.manifest import read_manifest


def test_a_bundle_that_exists_is_refused_at_once(training, train, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    refused = train(training, tmp_path / "out")
    assert refused.exit_code == 2
    assert "exists already" in refused.stderr
    assert (tmp_path / "out" / "mine").exists()


def test_force_replaces_the_whole_of_it(training, train, tmp_path):
    (tmp_path / "out" / "parts").mkdir(parents=True)
    (tmp_path / "out" / "parts" / "mine").touch()
    assert train(training, tmp_path / "out", "--force").exit_code == 0
    assert read_manifest(tmp_path / "out").kind == training.family
    assert not (tmp_path / "out" / "parts" / "mine").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
