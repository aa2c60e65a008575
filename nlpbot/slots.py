"""The slots of a home: free names under which bundles are served, whatever kind of bundle each holds."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from nlpbot.core.bundles.home import BundleHome
from nlpbot.core.bundles.manifest import read_manifest
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.parts import DEFAULTS, PARTS, Part

__all__ = ["Slot", "check_choices", "check_names", "is_fresh", "main_slot", "slot_of", "slots_of"]

S = TypeVar("S", covariant=True)


@dataclass(frozen=True, slots=True)
class Slot(Generic[S]):
    """A name in a home, what it holds, and the folder of the version that is promoted."""

    name: str
    part: Part[S]
    folder: Path


def slot_of(home: BundleHome, name: str) -> Slot[object] | None:
    """Return the slot of that name, or None where nothing that can be served is promoted.

    Raises:
        BundleError: its manifest is damaged.
    """
    folder = home.current(name)
    if folder is None:
        return None
    kind = read_manifest(folder).kind
    return next((Slot(name, part, folder) for part in PARTS if part.kind == kind), None)


def slots_of(home: BundleHome, *, without: Collection[str] = ()) -> list[Slot[object]]:
    """Return the slots of a home that can be served, in the order of the table of parts.

    Raises:
        BundleError: a manifest is damaged.
    """
    found = (slot_of(home, name) for name in home.names() if name not in without)
    return sorted(filter(None, found), key=lambda slot: PARTS.index(slot.part))


def is_fresh(home: BundleHome) -> bool:
    """Return whether a home holds no bundle to serve; it raises what `slots_of` does."""
    return not slots_of(home)


def main_slot(part: Part[S], slots: Iterable[Slot[object]]) -> str | None:
    """Return the name of the slot that is meant where none is named: the kind's own, else the only one, else None."""
    names = [slot.name for slot in slots if slot.part is part]
    return part.kind if part.kind in names else names[0] if len(names) == 1 else None


def check_choices(slots: Collection[Slot[object]]) -> None:
    """Refuse slots of which it isn't clear which one is meant.

    Raises:
        ConfigError: several are of a kind whose requests name none; the message says how to choose.
    """
    for part in PARTS:
        names = [slot.name for slot in slots if slot.part is part]
        if names and not part.is_chosen and main_slot(part, slots) is None:
            raise ConfigError(
                f"{', '.join(names)}: each holds a {part.noun}, and none is named {part.kind}; leave out all but one "
                f"(--without {names[0]}), or train one as {part.kind}"
            )


def check_names(names: Collection[str], home: BundleHome) -> None:
    """Refuse names that are neither slots of a home nor of what is trained by default.

    Raises:
        ConfigError: there is such a name.
    """
    known = sorted({*home.names(), *DEFAULTS})
    for name in sorted(names):
        if name not in known:
            raise ConfigError(f"{name}: no such slot in {home.root}; expected one of {', '.join(known)}")
