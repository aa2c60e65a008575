import os
import subprocess
import sys

import joblib
import numpy as np
import pytest
import torch
from threadpoolctl import threadpool_info

from nlpbot.core.kernel import threads as threads_module
from nlpbot.core.kernel.threads import THREAD_PRODUCTS, cores, paying_threads, threads


@pytest.fixture(autouse=True)
def counted_anew():
    cores.cache_clear()
    yield
    cores.cache_clear()


def pools() -> list[int]:
    """Return the number of threads of each library that has some."""
    np.ones((2, 2)) @ np.ones((2, 2))
    return [pool["num_threads"] for pool in threadpool_info()]


def test_thread_counts_are_put_back_also_after_an_error() -> None:
    before, pools_before = torch.get_num_threads(), pools()

    def fail() -> None:
        with threads(before + 1):
            assert torch.get_num_threads() == before + 1
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert torch.get_num_threads() == before
    assert pools() == pools_before


def test_linear_algebra_and_openmp_obey_too() -> None:
    with threads(2):
        assert len(pools()) > 1
        assert set(pools()) == {2}
        with threads(1):
            assert set(pools()) == {1}
        assert set(pools()) == {2}


def test_the_cores_are_those_of_before_a_block_was_given_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: 6)
    monkeypatch.setattr(joblib, "cpu_count", lambda: 8)
    with threads(1):
        monkeypatch.setattr(torch, "get_num_threads", lambda: 1)
        assert cores() == 6


def test_a_quota_holds_however_many_cores_the_machine_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: 64)
    monkeypatch.setattr(joblib, "cpu_count", lambda: 2)
    assert cores() == 2


@pytest.mark.parametrize(
    ("products", "expected"),
    [(0, 1), (THREAD_PRODUCTS, 1), (2 * THREAD_PRODUCTS, 2), (3 * THREAD_PRODUCTS - 1, 2), (99 * THREAD_PRODUCTS, 4)],
)
def test_work_gets_as_many_threads_as_pay(products: int, expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads_module, "cores", lambda: 4)
    assert paying_threads(products) == expected


ASK = """
import os
from nlpbot.__main__ import main
try:
    main()
except SystemExit:
    pass
print(os.environ["OMP_WAIT_POLICY"], "torch" in __import__("sys").modules)
"""


@pytest.mark.parametrize(("given", "expected"), [({}, "PASSIVE"), ({"OMP_WAIT_POLICY": "ACTIVE"}, "ACTIVE")])
def test_at_the_command_line_threads_wait_asleep_unless_told_otherwise(given: dict[str, str], expected: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"} | given
    command = [sys.executable, "-c", ASK, "--version"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split()[-2:] == [expected, "False"]
