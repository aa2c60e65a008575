import json

from nlpbot.core.bundles.manifest import read_manifest

ALWAYS = {"train_loss", "valid_loss", "steps"}
KEYS = {"baseline", "protocol", "seed", "seconds", "bundle"}


def test_every_training_prints_one_document_with_the_same_keys_and_keeps_what_it_says(training, trained):
    out, result = trained(training)
    assert result.exit_code == 0, result.stderr
    printed = json.loads(result.stdout)
    assert printed.keys() > KEYS | ALWAYS
    assert (printed["seed"], printed["bundle"]) == (3, str(out))
    manifest = read_manifest(out)
    assert manifest.metrics == {name: value for name, value in printed.items() if name not in KEYS}
    assert manifest.baseline == printed["baseline"]
    assert manifest.protocol == printed["protocol"] != ""
    assert manifest.seconds is not None
    assert manifest.settings
    assert manifest.data
    assert all(len(sha256) == 64 for sha256 in manifest.data.values())
    assert "torch" in manifest.libraries
