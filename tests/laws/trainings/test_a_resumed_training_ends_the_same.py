import pytest

from nlpbot.core.training import Checkpoint, TrainingRun

NETWORKS = {"chat", "classify", "lm", "retrieval", "sentences", "vision"}
"""Families whose tiny training has a network."""
REPORT = 2
"""At which a run is interrupted."""


@pytest.fixture
def interrupted(monkeypatch):
    """The last of the networks that a training trains is interrupted while it learns."""
    take_note, taken = TrainingRun._take_note, []

    def stopping(run, report):
        taken.append(report.step)
        if len(taken) == REPORT:
            raise KeyboardInterrupt
        return take_note(run, report)

    monkeypatch.setattr(Checkpoint, "due", lambda self: True)
    monkeypatch.setattr(TrainingRun, "_take_note", stopping)


def test_an_interrupted_training_that_is_resumed_ends_with_the_bundle_of_one_that_never_stopped(
    training, train, made, tmp_path, request
):
    assert train(training, tmp_path / "whole", "--seed", "5").exit_code == 0
    request.getfixturevalue("interrupted")
    stopped = train(training, tmp_path / "resumed", "--seed", "5")
    assert (stopped.exit_code == 130) == (training.family in NETWORKS), stopped.stderr
    if stopped.exit_code == 130:
        refused = train(training, tmp_path / "resumed", "--seed", "5")
        assert (refused.exit_code, "give --resume to resume it" in refused.stderr) == (2, True)
        resumed = train(training, tmp_path / "resumed", "--seed", "5", "--resume")
        assert resumed.exit_code == 0, resumed.stderr
    assert made(tmp_path / "resumed") == made(tmp_path / "whole")
    assert not (tmp_path / "resumed.partial").exists()
