import pytest

from nlpbot.core.runs.train_options import TrainOptions
from nlpbot.fraud import run


def test_without_data_the_default_settings_are_used(tmp_path, monkeypatch):
    seen = []

    def stop(paths, *args, **options):
        seen.extend(paths)
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "load_labelled", stop)
    with pytest.raises(KeyboardInterrupt):
        run.train_bundle([], TrainOptions(tmp_path / "out", device="cpu"))
    assert [path.name for path in seen] == ["en.tsv", "ko.tsv"]
