"""How many threads a piece of work gets: as many as pay, of the cores there are.

Threads wait for each other after every product. Short work is no quicker on two than on one then, and where another
process takes a core meanwhile, much slower; `nlpbot.__main__` has threads at least wait asleep.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import torch
from threadpoolctl import threadpool_limits

__all__ = ["cores", "paying_threads", "threads"]

THREAD_PRODUCTS = 8 << 20
"""Multiplications, a third of a millisecond of them, for which one more thread is worth waking."""


@cache
def cores() -> int:
    """Return how many cores this process may use: by affinity, containers' quotas, and OMP_NUM_THREADS."""
    from joblib import cpu_count

    return min(torch.get_num_threads(), int(cpu_count()))


def paying_threads(products: int) -> int:
    """Return the number of threads that work is worth.

    Args:
        products: multiplications between two waits of threads for each other, such as those of a time step.
    """
    return max(min(products // THREAD_PRODUCTS, cores()), 1)


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Run a block with that many threads in torch, in linear algebra, and in whatever else uses OpenMP."""
    cores()  # counted before the number is changed
    before = torch.get_num_threads()
    with threadpool_limits(limits=count):
        torch.set_num_threads(count)
        try:
            yield
        finally:
            torch.set_num_threads(before)
