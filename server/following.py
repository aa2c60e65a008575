"""Follow the home while the server runs: what is promoted or rolled back there takes the place of what is served.

A bundle is loaded, checked and warmed up on a thread of its own, and then looked up by the requests that come; those in
hand, and streams, end on the one that they began with. One that can't be served changes nothing.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from nlpbot.core.bundles.home import BundleHome
from nlpbot.slots import Slot, slot_of
from server.config import ServerSettings
from server.engines import Engines, open_slot
from server.garbage import no_garbage_search

__all__ = ["Follower"]

LOOK_S = 1.0
"""Seconds between two looks at what is promoted."""
END_S = 10.0
"""Seconds that a bundle which is being loaded gets to be done with when the server stops."""
Promotion = tuple[str, int]
"""The version that a slot's pointer names, and when it was written, so that promoting anew tries anew."""


class Follower:
    """Follows a home.

    Args:
        engines: what is served.
        settings: of the server.
        say: tells in a line what took another's place, and what could not.
    """

    def __init__(self, engines: Engines, settings: ServerSettings, *, say: Callable[[str], None]) -> None:
        self._engines = engines
        self._settings = settings
        self._home = BundleHome(settings.home)
        self._say = say
        self._seen: dict[str, Promotion] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def close(self) -> None:
        """Follow no more."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(END_S)

    def look(self) -> None:
        """Serve what was promoted since the last look."""
        for name in self._home.names():
            promotion = _promotion_of(self._home.root / "bundles" / name / "current")
            if name in self._settings.without or promotion is None or promotion == self._seen.get(name):
                continue
            self._seen[name] = promotion
            self._follow(name)

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_S):
            with suppress(OSError):  # a disk that can't be read now may be later
                self.look()

    def _follow(self, name: str) -> None:
        """Serve what a slot holds now, unless that is what is served."""
        before = next((slot for slot in self._engines.slots if slot.name == name), None)
        try:
            slot = slot_of(self._home, name)
            if slot is None or slot == before:
                return
            with no_garbage_search():
                self._engines.serve(open_slot(slot, self._engines.engine, self._settings.device, warm=True))
        except Exception as error:  # whatever is wrong with a bundle, what is served goes on
            self._engines.refused += 1
            self._say(f"{name}: {_told(error)}; still serving {_version(before)}")
        else:
            self._engines.swapped += 1
            self._say(f"{name}: now serving {_version(slot)}, before that {_version(before)}")


def _promotion_of(pointer: Path) -> Promotion | None:
    """Return what a pointer says, or None where it is gone or can't be read."""
    try:
        return pointer.read_text(encoding="utf-8"), pointer.stat().st_mtime_ns
    except (OSError, UnicodeDecodeError):
        return None


def _version(slot: Slot[object] | None) -> str:
    return "nothing" if slot is None else slot.folder.name


def _told(error: Exception) -> str:
    """Return what is wrong, in a line."""
    return " ".join(str(error).split()) or type(error).__name__
