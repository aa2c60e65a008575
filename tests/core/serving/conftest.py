from types import SimpleNamespace

import pytest

from nlpbot.core.serving import pace, requests


class Clock:
    """A clock that goes on only when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (requests, pace):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=clock))
    return clock
