import pytest
import torch

from nlpbot.core.kernel.device import DEVICE_NAMES, devices_here, resolve_device
from nlpbot.core.kernel.errors import DeviceError


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"),
    [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu"), (True, False, "cuda")],
)
def test_auto_is_a_gpu_where_there_is_one(
    cuda: bool, mps: bool, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert resolve_device().type == expected
    assert resolve_device("cpu").type == "cpu"
    for name, present in (("cuda", cuda), ("mps", mps)):
        if present:
            assert resolve_device(name).type == name
        else:
            with pytest.raises(
                DeviceError, match=f"--device {name}: torch finds none on this machine; use --device cpu"
            ):
                resolve_device(name)


def test_an_unknown_device_is_refused_with_those_there_are() -> None:
    with pytest.raises(DeviceError, match="--device tpu: unknown; one of auto, cpu, cuda, mps expected"):
        resolve_device("tpu")
    assert DEVICE_NAMES[0] == "auto"


@pytest.mark.parametrize(
    ("cards", "mps", "expected"),
    [(0, False, ["cpu"]), (2, False, ["cuda (A)", "cuda (A)", "cpu"]), (0, True, ["mps", "cpu"])],
)
def test_devices_are_told_the_one_that_auto_takes_first(
    cards: int, mps: bool, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: cards)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: "A")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert devices_here() == expected
