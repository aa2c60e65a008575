"""Let the C library keep memory that tensors give back, so that the next step need not ask the system for it."""

import ctypes
import platform

__all__ = ["keep_freed_memory"]

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
"""Names of glibc's options, from malloc.h."""
KEPT_BYTES = 256 << 20
LARGEST_KEPT_BYTES = 32 << 20
"""The most that glibc takes for an option; larger blocks are always given back."""


def keep_freed_memory() -> bool:
    """Ask for it, for the whole process, and return whether the C library heard; only glibc does.

    Training makes and drops the same tensors of some MB at each step. By default each comes from the system as pages of
    zeros, which took a sixth of the time of a small language model.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    library = ctypes.CDLL(None)
    options = ((TRIM_THRESHOLD, KEPT_BYTES), (MMAP_THRESHOLD, LARGEST_KEPT_BYTES))
    return all(bool(library.mallopt(option, value)) for option, value in options)
