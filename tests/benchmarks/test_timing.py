from types import SimpleNamespace

import pytest
import torch

from tests.benchmarks import timing
from tests.benchmarks.timing import copied_bytes_a_second, medians_in_turns, seconds_of

CPU = torch.device("cpu")


@pytest.fixture
def clock(monkeypatch):
    """Time that passes only where a call says so."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(timing, "time", SimpleNamespace(perf_counter=lambda: clock.now))
    return clock


def test_a_call_takes_the_mean_of_many(clock):
    def call():
        clock.now += 0.5

    assert seconds_of(call, CPU, count=4) == pytest.approx(0.5)


def test_calls_take_turns_and_the_median_counts(clock):
    made, slow = [], iter([0.1, 0.1, 9.0, 0.3, 0.1])

    def first():
        made.append("first")
        clock.now += next(slow)

    def second():
        made.append("second")
        clock.now += 0.2

    found = medians_in_turns({"a": (first, CPU), "b": (second, CPU)}, rounds=3, round_s=0.1)
    assert found == {"a": pytest.approx(0.3), "b": pytest.approx(0.2)}
    assert made == ["first"] * 2 + ["second"] * 2 + ["first", "second"] * 3


def test_a_copy_reads_and_writes_each_byte(clock, monkeypatch):
    whole = torch.Tensor.copy_

    def copied(target, source):
        clock.now += 0.25
        return whole(target, source)

    monkeypatch.setattr(torch.Tensor, "copy_", copied)
    assert copied_bytes_a_second(CPU, 100, rounds=1, round_s=0.1) == pytest.approx(800)
