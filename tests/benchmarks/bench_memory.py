"""How much memory a text larger than memory takes: it is prepared, and mini-batches are read.

Run: `python -m tests.benchmarks.bench_memory TEXT char|word|subword`, for example on a gigabyte. The figure is the
most that the process held, beyond what it held when all was imported; the n-gram baseline, a model of its own, is
counted after training and not in here.
"""

import resource
import sys
import time
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from nlpbot.core.kernel.memory import keep_freed_memory
from nlpbot.lm.data import StreamBatches
from nlpbot.lm.prepare import prepare, read_request

BATCHES = 200
MIB = 1 << 10
"""Of the kibibytes that the system counts in."""


def held() -> float:
    """Return the most memory held so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB


def main(text: Path, tokenizer: str) -> None:
    """Print the memory and the time."""
    keep_freed_memory()
    before, start = held(), time.monotonic()
    with TemporaryDirectory(dir=text.parent) as folder:
        run = prepare(read_request([text], tokenizer=tokenizer), Path(folder))
        settings = run.settings
        batches = StreamBatches(run.corpus.train, batch=settings.train.batch_size, length=settings.length)
        for _ in islice(batches.epoch(1), BATCHES):
            pass
    added, seconds = held() - before, time.monotonic() - start
    megabytes = text.stat().st_size / 1e6
    print(f"{megabytes:,.0f} MB by {tokenizer}: {added:.0f} MiB beyond {before:.0f} MiB, {seconds:.0f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
