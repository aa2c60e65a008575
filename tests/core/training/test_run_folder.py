import pytest
from torch import nn

from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.training import Point, RunFolder, RunResult

RESULT = RunResult(0.5, 0.25, 40, 3, 61.5, (Point(40, 0.5, 0.25, 0.1, 61.0),))


def test_what_a_run_came_to_is_read_back_with_its_weights(tmp_path):
    folder, model, other = RunFolder(tmp_path / "new", resume=True), nn.Linear(2, 1), nn.Linear(2, 1)
    folder.finish(model, RESULT)
    assert folder.finished(other) == RESULT
    assert (other.weight == model.weight).all()
    assert RunFolder(tmp_path / "new").finished(other) is None  # not asked to resume


def test_each_of_several_runs_has_a_folder(tmp_path):
    inside = RunFolder(tmp_path, resume=True, every_s=5.0).inside("fold-1")
    assert inside == RunFolder(tmp_path / "fold-1", resume=True, every_s=5.0)
    assert inside.finished(nn.Linear(1, 1)) is None


@pytest.mark.parametrize("damage", [lambda _: b"", lambda content: content[:50]])
def test_a_damaged_result_gives_one_line(damage, tmp_path):
    RunFolder(tmp_path).finish(nn.Linear(2, 1), RESULT)
    path = tmp_path / "finished.safetensors"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(BundleError, match=str(path)):
        RunFolder(tmp_path, resume=True).finished(nn.Linear(2, 1))


def test_a_result_of_another_model_is_refused(tmp_path):
    RunFolder(tmp_path).finish(nn.Linear(2, 1), RESULT)
    with pytest.raises(BundleError, match="of another model or damaged; leave --resume out"):
        RunFolder(tmp_path, resume=True).finished(nn.Linear(3, 1))
