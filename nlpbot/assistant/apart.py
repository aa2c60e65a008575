"""Train a default in a process of its own: ``python -m nlpbot.assistant.apart SLOT OUT DEVICE``.

Training takes far more memory than serving, and hardly any of it would be given back. The process says on stdout why
it failed, in a line; what it tells meanwhile goes to stderr. It ends when its standard input does: with its parent.
"""

import os
import signal
import sys
from pathlib import Path
from threading import Thread

from nlpbot.assistant.defaults import FAILED
from nlpbot.core.kernel.console import print_text
from nlpbot.core.kernel.errors import NlpbotError
from nlpbot.core.runs.train_options import TrainOptions
from nlpbot.parts import DEFAULTS

__all__ = ["main"]


def main(slot: str, out: str, device: str) -> None:
    """Train the default of a slot, and end with 2 where it can't be."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both; the parent stops this process
    Thread(target=_end_with_parent, daemon=True).start()
    try:
        DEFAULTS[slot].train(TrainOptions(Path(out), force=True, device=device))  # no question asked of what is left
    except (NlpbotError, OSError) as error:
        print_text(str(error))
        raise SystemExit(FAILED) from error


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):  # not by sys.stdin, which can't be closed while another thread reads it
        pass
    os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
