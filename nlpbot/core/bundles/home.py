"""The home: where served bundles live, each name with its versions and one that is current.

::

    HOME/bundles/NAME/0001/      a bundle
    HOME/bundles/NAME/current    the text "0001"; swapped at once, so a reader sees the old one or the new one
    HOME/nlpbot.sqlite           conversations
    HOME/secret                  signs the cookies by which browsers own their conversations
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from platformdirs import user_data_path

from nlpbot.core.bundles.manifest import MANIFEST, read_manifest
from nlpbot.core.kernel.errors import BundleError

__all__ = ["SLOT_PATTERN", "BundleHome", "default_home", "find_bundle", "size_bytes"]

SLOT_PATTERN = "[a-z0-9][a-z0-9_-]{0,39}"
"""Names under which a home may serve bundles."""


def default_home() -> Path:
    """Return NLPBOT_HOME, or the platform's folder for a user's data."""
    named = os.environ.get("NLPBOT_HOME")
    return Path(named) if named else user_data_path("nlpbot", appauthor=False)


class BundleHome:
    """The bundles under a home."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def database(self) -> Path:
        """Where conversations are kept."""
        return self.root / "nlpbot.sqlite"

    @property
    def secret(self) -> Path:
        """Where the key lies that signs cookies."""
        return self.root / "secret"

    def names(self) -> list[str]:
        """Return the names under which there are bundles."""
        folder = self.root / "bundles"
        return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []

    def versions(self, name: str) -> list[str]:
        """Return the versions of a bundle that were written whole, oldest first."""
        folder = self.root / "bundles" / name
        found = (path.parent.name for path in folder.glob(f"*/{MANIFEST}"))
        return sorted(name for name in found if name.isdecimal())  # 0002.partial is not whole

    def kinds(self, name: str) -> set[str]:
        """Return the kinds of a bundle's versions; one that is damaged has none."""
        folder, found = self.root / "bundles" / name, set[str]()
        for version in self.versions(name):
            with suppress(BundleError):
                found.add(read_manifest(folder / version).kind)
        return found

    def new_version(self, name: str) -> Path:
        """Return the folder that the next version is to be written to."""
        last = max((int(version) for version in self.versions(name)), default=0)
        return self.root / "bundles" / name / f"{last + 1:04d}"

    def current(self, name: str) -> Path | None:
        """Return the folder of the version that is served, or None where nothing was promoted."""
        pointer = self.root / "bundles" / name / "current"
        if not pointer.is_file():
            return None
        version = pointer.read_text(encoding="utf-8").strip()
        if version not in self.versions(name):
            raise BundleError(f"{pointer}: names version {version!r}, which is not there; promote one that is")
        return pointer.parent / version

    def promote(self, name: str, version: str) -> None:
        """Make a version the one that is served.

        Raises:
            BundleError: there is no such version.
        """
        self._check_version(name, version)
        pointer = self.root / "bundles" / name / "current"
        fresh = pointer.with_name("current.new")
        fresh.write_text(version, encoding="utf-8")
        fresh.replace(pointer)

    def roll_back(self, name: str) -> str:
        """Serve the version before the one that is served, and return it.

        Raises:
            BundleError: nothing is served by that name, or it is the oldest.
        """
        current = self.current(name) if name in self.names() else None
        if current is None:
            raise BundleError(f"{self.root}: nothing is served as {name}; it has {', '.join(self.names()) or 'none'}")
        older = [version for version in self.versions(name) if version < current.name]
        if not older:
            raise BundleError(f"{self.root}: {name} {current.name} is the oldest version; nothing to roll back to")
        self.promote(name, older[-1])
        return older[-1]

    def remove(self, name: str, version: str) -> None:
        """Delete a version that is not served.

        Raises:
            BundleError: there is none, or it is served.
        """
        self._check_version(name, version)
        current = self.current(name)
        if current is not None and current.name == version:
            raise BundleError(f"{self.root}: {name} {version} is served; promote another first")
        folder = self.root / "bundles" / name / version
        gone = folder.with_name(f"{version}.old")  # no version any more, before its files go one by one
        folder.replace(gone)
        shutil.rmtree(gone)

    def _check_version(self, name: str, version: str) -> None:
        versions = self.versions(name) if name in self.names() else []
        if version not in versions:
            raise BundleError(f"{self.root}: {name} has no version {version}; it has {', '.join(versions) or 'none'}")


def size_bytes(folder: Path) -> int:
    """Return how many bytes the files of a bundle take."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def find_bundle(name: str | Path, home: Path | None = None) -> Path:
    """Return the folder of a bundle: the one given, else the version that a home serves under that name.

    Args:
        name: a path, or a name in the home.
        home: where names are looked up; by default `default_home`.

    Raises:
        BundleError: there is neither; the message names both places.
    """
    folder = Path(name)
    if (folder / MANIFEST).is_file():
        return folder
    bundles = BundleHome(home or default_home())
    named = bundles.names()
    current = bundles.current(str(name)) if str(name) in named else None
    if current is None:
        has = ", ".join(named) or "none"
        raise BundleError(
            f"{folder}: no bundle there ({MANIFEST} is missing), nor by that name in the home {bundles.root}, which "
            f"has {has}; give a folder that `train --out` wrote, or a name in the home"
        )
    return current
