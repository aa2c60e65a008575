import platform
import resource
import subprocess
import sys

import pytest

from nlpbot.core.kernel import memory

FAULTS = """
import resource, sys
from nlpbot.core.kernel.memory import keep_freed_memory
if sys.argv[1] == "kept":
    assert keep_freed_memory()
for _ in range(20):
    [b"x" * (16 << 20) for _ in range(8)]  # as the layers of a network
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)
"""


def faults(how):
    done = subprocess.run([sys.executable, "-c", FAULTS, how], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has these options")
def test_the_same_memory_serves_again_and_again():
    pages = 19 * 8 * (16 << 20) // resource.getpagesize()
    assert faults("plain") - faults("kept") > pages // 2


def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(memory.platform, "libc_ver", lambda: ("", ""))
    assert memory.keep_freed_memory() is False
