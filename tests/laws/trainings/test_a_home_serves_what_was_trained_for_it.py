from nlpbot.core.bundles.home import BundleHome


def test_a_home_serves_what_was_trained_for_it(training, nlpbot, tmp_path):
    words = (*training.arguments(tmp_path), "--home", tmp_path / "home", *training.computes)
    home = BundleHome(tmp_path / "home")
    for version in ("0001", "0002"):
        result = nlpbot(*words, "--seed", "1", "--json")
        assert result.exit_code == 0, result.stderr
        assert home.current(training.family).name == version
    neither = nlpbot(*training.arguments(tmp_path), *training.computes)
    assert (neither.exit_code, "expected one of --out and --home" in neither.stderr) == (2, True)
