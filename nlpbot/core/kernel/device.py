"""Where tensors live: the CPU, a CUDA card, or Apple's GPU."""

import torch

from nlpbot.core.kernel.errors import DeviceError

__all__ = ["DEVICE_NAMES", "devices_here", "resolve_device"]

DEVICE_NAMES = ("auto", "cpu", "cuda", "mps")


def resolve_device(name: str = "auto") -> torch.device:
    """Return the device of that name; ``auto`` is a GPU where there is one, else the CPU.

    Raises:
        DeviceError: the device is not on this machine.
    """
    present = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return torch.device(next(device for device in ("cuda", "mps", "cpu") if present[device]))
    if name not in present:
        raise DeviceError(f"--device {name}: unknown; one of {', '.join(DEVICE_NAMES)} expected")
    if not present[name]:
        raise DeviceError(f"--device {name}: torch finds none on this machine; use --device cpu")
    return torch.device(name)


def devices_here() -> list[str]:
    """Return the devices of this machine in words, the one that ``auto`` takes first."""
    cards = [f"cuda ({torch.cuda.get_device_name(n)})" for n in range(torch.cuda.device_count())]
    return [*cards, *(["mps"] if torch.backends.mps.is_available() else []), "cpu"]
