"""Time calls on a CPU or a GPU in turns, so that noise meets all of them alike."""

import statistics
import time
from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

import torch

Key = TypeVar("Key", bound=Hashable)
Call = Callable[[], object]


def synchronize(device: torch.device) -> None:
    """Wait until a device has done all that was asked of it."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def seconds_of(call: Call, device: torch.device, *, count: int = 1) -> float:
    """Return the seconds of a call, as the mean of `count` calls after which the device is waited for."""
    synchronize(device)
    start = time.perf_counter()
    for _ in range(count):
        call()
    synchronize(device)
    return (time.perf_counter() - start) / count


def medians_in_turns(
    calls: Mapping[Key, tuple[Call, torch.device]], *, rounds: int, round_s: float
) -> dict[Key, float]:
    """Return the median seconds of each call.

    Args:
        calls: with the device that each computes on; each is made twice before, to warm up.
        rounds: turns that each has.
        round_s: seconds that a turn takes about, at least one call.
    """
    counts = {}
    for key, (call, device) in calls.items():
        call()
        counts[key] = max(1, int(round_s / max(seconds_of(call, device), 1e-7)))
    seen: dict[Key, list[float]] = {key: [] for key in calls}
    for _ in range(rounds):
        for key, (call, device) in calls.items():
            seen[key].append(seconds_of(call, device, count=counts[key]))
    return {key: statistics.median(times) for key, times in seen.items()}


def copied_bytes_a_second(device: torch.device, size_bytes: int, *, rounds: int, round_s: float) -> float:
    """Return how many bytes a second a device reads and writes when it copies a buffer of that size."""
    source = torch.ones(size_bytes, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    call = (lambda: target.copy_(source)), device
    return 2 * size_bytes / medians_in_turns({"copy": call}, rounds=rounds, round_s=round_s)["copy"]
