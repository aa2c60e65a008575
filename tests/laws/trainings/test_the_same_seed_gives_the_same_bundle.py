def test_the_same_seed_gives_the_same_bundle(training, train, made, tmp_path):
    for name in ("one", "again"):
        result = train(training, tmp_path / name, "--seed", "5")
        assert result.exit_code == 0, result.stderr
    files, metrics, *_ = made(tmp_path / "one")
    assert made(tmp_path / "one") == made(tmp_path / "again")
    assert files
    assert metrics
