from pathlib import Path

import pytest
import torch

from nlpbot.core.kernel import tensor_files
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.kernel.tensor_files import load_tensors, load_weights, save_tensors

WEIGHTS = {"w": torch.arange(4.0).view(2, 2), "ids": torch.tensor([1, 2])}


def test_tensors_that_do_not_fit_on_the_disk_leave_the_old_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.safetensors"
    save_tensors(path, WEIGHTS)

    def full(_: object, fresh: Path) -> None:
        fresh.write_bytes(b"half")
        raise tensor_files.SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")

    monkeypatch.setattr(tensor_files, "save_file", full)
    with pytest.raises(BundleError, match=r"a\.safetensors: can't be written: .*No space left"):
        save_tensors(path, {"w": torch.zeros(1)})
    assert torch.equal(load_tensors(path)["w"], WEIGHTS["w"])
    assert list(tmp_path.iterdir()) == [path]


def test_shared_and_turned_tensors_are_saved(tmp_path: Path) -> None:
    tied = torch.arange(6.0).view(2, 3)
    save_tensors(tmp_path / "a", {"one": tied, "other": tied, "turned": tied.T.requires_grad_()})
    found = load_tensors(tmp_path / "a")
    assert torch.equal(found["one"], found["other"])
    assert torch.equal(found["turned"], tied.T)


@pytest.mark.parametrize(
    "tensors", [{}, {"weight": torch.ones(2, 2)}, {"weight": torch.ones(1, 3), "bias": torch.ones(1)}]
)
def test_weights_that_do_not_fit_the_network_are_refused(tmp_path: Path, tensors: dict[str, torch.Tensor]) -> None:
    network = torch.nn.Linear(2, 1)
    with pytest.raises(BundleError, match="b: weights don't fit the config: "):
        load_weights(network, tensors, where=tmp_path / "b")
    load_weights(network, {"weight": torch.ones(1, 2), "bias": torch.zeros(1)}, where=tmp_path)
    assert network(torch.ones(1, 2)).item() == 2
