def test_a_bundle_that_exists_is_refused_at_once_unless_forced(training, train, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    refused = train(training, tmp_path / "out")
    assert refused.exit_code == 2
    assert "exists already" in refused.stderr
    assert (tmp_path / "out" / "mine").exists()
    assert train(training, tmp_path / "out", "--force").exit_code == 0
    assert not (tmp_path / "out" / "mine").exists()
