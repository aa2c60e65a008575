"""Ctrl-C in the middle of a training, or when all but the last step is done, harms no bundle and leaves no half one."""

import pytest

from nlpbot.core.bundles import bundle
from nlpbot.core.classical import classifier
from nlpbot.core.kernel import console


def interrupt(*_, **__):
    raise KeyboardInterrupt


@pytest.fixture(params=["while it learns", "before it is put in place"])
def interrupted(request, monkeypatch):
    """Every training is interrupted: where it shows its progress or fits a linear model, or at the end."""
    if request.param == "while it learns":
        monkeypatch.setattr(console._Tenths, "__call__", interrupt)
        monkeypatch.setattr(classifier.LinearClassifier, "fit", interrupt)
    else:
        monkeypatch.setattr(bundle, "_replace_folder", interrupt)


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.usefixtures("interrupted")
def test_an_interruption_leaves_an_existing_bundle_as_it_was_and_no_half_one(training, train, tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "manifest.json").write_text("an older bundle")
    before = contents(tmp_path / "old")
    stopped = train(training, tmp_path / "old", "--force")
    assert (stopped.exit_code, stopped.stderr.splitlines()[-1]) == (130, "error: stopped")
    assert contents(tmp_path / "old") == before
    assert train(training, tmp_path / "new").exit_code == 130
    assert not (tmp_path / "new").exists()
