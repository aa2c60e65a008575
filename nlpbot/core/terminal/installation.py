"""What is here: versions, devices, the home and the bundles in it."""

import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nlpbot.core.bundles.home import BundleHome, size_bytes
from nlpbot.core.bundles.manifest import read_manifest
from nlpbot.core.kernel.console import note, print_table
from nlpbot.core.kernel.device import devices_here
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.kernel.reproducibility import library_versions

__all__ = ["installation", "print_installation"]


def installation(root: Path) -> dict[str, Any]:
    """Return what a person who helps would ask for: versions, devices, and the bundles of a home."""
    home = BundleHome(root)
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "libraries": library_versions(),
        "devices": devices_here(),
        "home": str(root.absolute()),
        "bundles": [_bundle(home, name) for name in home.names()],
    }


def print_installation(found: Mapping[str, Any]) -> None:
    """Print what `installation` gave."""
    versions = found["libraries"]
    rows = [["nlpbot", versions["nlpbot"]], ["Python", found["python"]], ["system", found["system"]]]
    rows += [["cores", str(found["cores"])], ["devices", ", ".join(found["devices"])], ["home", found["home"]]]
    rows += [[name, version] for name, version in versions.items() if name != "nlpbot"]
    print_table("", ["what", "value"], rows)
    bundles = [
        [b["name"], b["kind"] or "–", b["current"] or "–", str(len(b["versions"])), f"{b['size_bytes'] / 1e6:.1f}"]
        for b in found["bundles"]
    ]
    if bundles:
        print_table("bundles in the home", ["bundle", "kind", "served", "versions", "size (MB)"], bundles)
    for bundle in found["bundles"]:
        if bundle["problem"]:
            note(bundle["problem"])


def _bundle(home: BundleHome, name: str) -> dict[str, Any]:
    """Return what is known of a bundle by its name; what is wrong with it is a line, not an error."""
    facts: dict[str, Any] = {"name": name, "kind": None, "current": None, "versions": home.versions(name)}
    facts |= {"size_bytes": 0, "problem": None}
    try:
        folder = home.current(name)
        if folder is None:
            return facts
        facts |= {"current": folder.name, "size_bytes": size_bytes(folder)}
        return {**facts, "kind": read_manifest(folder).kind}
    except BundleError as error:
        return {**facts, "problem": str(error)}
