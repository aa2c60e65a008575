from nlpbot.core.bundles.manifest import read_manifest


def _untimed(measured):
    """What was measured, but for what the clock says."""
    if isinstance(measured, dict):
        return {key: _untimed(value) for key, value in measured.items() if "second" not in key}
    return measured


def _made(folder):
    """What a bundle holds, whatever it took: its figures, the hashes of its files, and the same of its parts."""
    manifest = read_manifest(folder)
    files = {name: sha256 for name, sha256 in manifest.files.items() if name != "curves.jsonl"}
    return [files, _untimed(manifest.metrics), *(_made(folder / "parts" / name) for name in manifest.parts)]


def test_the_same_seed_gives_the_same_bundle(training, train, tmp_path):
    for name in ("one", "again"):
        result = train(training, tmp_path / name, "--seed", "5")
        assert result.exit_code == 0, result.stderr
    files, metrics, *_ = _made(tmp_path / "one")
    assert _made(tmp_path / "one") == _made(tmp_path / "again")
    assert files
    assert metrics
