"""The versions of the bundles in a home, as a table or as a document."""

from typing import Any

from nlpbot.core.bundles.home import BundleHome, size_bytes
from nlpbot.core.bundles.manifest import read_manifest
from nlpbot.core.kernel.console import print_json, print_table
from nlpbot.core.kernel.errors import BundleError

__all__ = ["print_versions"]


def print_versions(home: BundleHome, *, as_json: bool) -> None:
    """Print each version of each bundle, and which are served."""
    versions = [_version(home, name, version) for name in home.names() for version in home.versions(name)]
    if as_json:
        print_json({"home": str(home.root), "versions": versions})
        return
    rows = list(map(_cells, versions))
    print_table(str(home.root), ["name", "version", "served", "kind", "size (MB)", "trained on"], rows)


def _cells(version: dict[str, Any]) -> list[str]:
    served, size = "yes" if version["served"] else "", f"{version['size_bytes'] / 1e6:.1f}"
    return [version["name"], version["version"], served, version["kind"], size, version["trained_on"]]


def _version(home: BundleHome, name: str, version: str) -> dict[str, Any]:
    """Return what is known of a version; of a damaged one only that."""
    folder = home.root / "bundles" / name / version
    facts = {
        "name": name,
        "version": version,
        "served": _served(home, name) == version,
        "size_bytes": size_bytes(folder),
    }
    try:
        manifest = read_manifest(folder)
    except BundleError:
        return {**facts, "kind": "damaged", "trained_on": ""}
    return {**facts, "kind": manifest.kind, "trained_on": ", ".join(manifest.data)}


def _served(home: BundleHome, name: str) -> str | None:
    try:
        current = home.current(name)
    except BundleError:  # it names a version that is gone
        return None
    return current.name if current is not None else None
