import json

KEYS = {"n", "intervals", "baseline", "seconds", "protocol", "seed"}


def test_every_evaluation_prints_one_document_with_the_same_keys(training, trained, nlpbot, tmp_path):
    bundle, _ = trained(training)
    result = nlpbot(*training.evaluation(bundle, tmp_path), "--json")
    assert result.exit_code == 0, result.stderr
    printed = json.loads(result.stdout)
    assert printed.keys() > KEYS
    assert printed["n"] > 0
    assert printed["protocol"] != ""
    assert printed["seconds"] >= 0
