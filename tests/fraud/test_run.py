import pytest

from nlpbot.fraud import run


def test_without_data_the_default_settings_are_used(tmp_path, monkeypatch):
    seen = []

    def stop(paths, *args, **options):
        seen.extend(paths)
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "load_labelled", stop)
    with pytest.raises(KeyboardInterrupt):
        run.train_bundle([], tmp_path / "out", positive=[], force=False, seed=0, device="cpu")
    assert [path.name for path in seen] == ["en.tsv", "ko.tsv"]


def test_ctrl_c_in_training_leaves_an_existing_bundle_alone(nlpbot, messages, tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "precious").write_text("x")

    def interrupted(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "train_fraud", interrupted)
    result = nlpbot("fraud", "train", messages, "--positive", "scam", "--out", tmp_path / "out", "--force")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (130, "error: stopped")
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "precious"]


def test_a_bundle_that_is_there_is_not_replaced_unasked(nlpbot, messages, fraud_run):
    result = nlpbot("fraud", "train", messages, "--out", fraud_run[0])
    assert result.exit_code == 2
    assert "exists already" in result.stderr
