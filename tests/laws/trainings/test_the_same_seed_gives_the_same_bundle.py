from nlpbot.core.manifest import read_manifest


def _made(folder):
    """What a bundle holds, whatever it took: the hashes of its files, and of the files of its parts."""
    manifest = read_manifest(folder)
    files = {name: sha256 for name, sha256 in manifest.files.items() if name != "curves.jsonl"}
    return [files, *(_made(folder / "parts" / name) for name in manifest.parts)]


def test_the_same_seed_gives_the_same_bundle(training, train, tmp_path):
    for name in ("one", "again"):
        result = train(training, tmp_path / name, "--seed", "5")
        assert result.exit_code == 0, result.stderr
    assert _made(tmp_path / "one") == _made(tmp_path / "again") != [{}]
