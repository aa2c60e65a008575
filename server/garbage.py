"""Load what stays without looking for garbage among it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["no_garbage_search"]


@contextmanager
def no_garbage_search() -> Iterator[None]:
    """Load models in the block: the search among their million objects takes a fifth of a start, and time later on."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
