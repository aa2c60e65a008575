"""What a bundle says of itself, and the checks that hold it to it: hashes, sizes, names that stay inside."""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, model_validator

from nlpbot.core.kernel.config import Settings
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.kernel.hashes import sha256_of

__all__ = [
    "MANIFEST",
    "MAX_JSON_BYTES",
    "NAME_PATTERN",
    "NO_BUNDLE",
    "Manifest",
    "check_hash",
    "check_name",
    "check_size",
    "read_manifest",
]

FORMAT_VERSION = 3
NO_BUNDLE = Path("none")
"""Stands for no bundle, where one would be used that comes along."""
MANIFEST = "manifest.json"
MAX_JSON_BYTES = 256 << 20
NAME_PATTERN = "[A-Za-z0-9][A-Za-z0-9_.-]{0,99}"


class Manifest(Settings):
    """What a bundle says of itself."""

    format_version: int = Field(FORMAT_VERSION, ge=1, le=FORMAT_VERSION)
    """Which layout of bundles this is."""
    kind: str
    """What can open it, such as ``classify``."""
    config: dict[str, Any] = {}
    """What the model needs to be built again."""
    settings: dict[str, Any] = {}
    """The settings it was trained with, those too that were chosen for the data."""
    metrics: dict[str, Any] = {}
    """What was measured, under the usual lower-case names."""
    baseline: dict[str, Any] = {}
    """The same for the classical baseline of the same run."""
    seconds: float | None = None
    """Time that training took."""
    thresholds: dict[str, float] = {}
    """Scores at which a decision changes."""
    protocol: str = ""
    """In words: which rows were trained on, chosen on and measured on."""
    data: dict[str, str] = {}
    """Name to SHA-256 of each file trained on."""
    libraries: dict[str, str] = {}
    """Versions of the libraries it was written with."""
    files: dict[str, str] = {}
    """Name to SHA-256 of each file in the folder."""
    parts: dict[str, str] = {}
    """Name to SHA-256 of the manifest of each part."""
    seal: str = ""
    """SHA-256 of all of the above."""

    @model_validator(mode="before")
    @classmethod
    def _from_earlier_versions(cls, raw: Any) -> Any:
        """Take the kind from where the second version had it, and the settings out of the config of the first."""
        if not isinstance(raw, dict):
            return raw
        if "room" in raw and raw.get("format_version") in (1, 2):
            raw = {("kind" if name == "room" else name): value for name, value in raw.items()}
        whole = raw.get("config") if raw.get("format_version") == 1 else None
        if not isinstance(whole, dict) or "settings" not in whole:
            return raw
        config = {name: value for name, value in whole.items() if name != "settings"}
        return {**raw, "config": config, "settings": whole["settings"]}

    def sealed(self) -> "Manifest":
        """Return the manifest with its seal."""
        return self.model_copy(update={"seal": _seal_of(self.model_dump())})


def read_manifest(folder: Path, *, kind: str | None = None, sha256: str | None = None) -> Manifest:
    """Return what a bundle says of itself; its other files are not looked at.

    Args:
        folder: of the bundle.
        kind: the kind that must have written it; by default any.
        sha256: that the manifest must have.

    Raises:
        BundleError: there is none, it is of another kind, or it is damaged.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise BundleError(f"{folder}: no bundle there ({MANIFEST} is missing); give a folder that `train --out` wrote")
    check_size(path, MAX_JSON_BYTES)
    if sha256 is not None and sha256_of(path) != sha256:
        raise BundleError(f"{path}: changed after it was written (sha256 differs); train it again")
    content = path.read_bytes()
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise BundleError(f"{path}: damaged: {key or 'JSON'}: {first['msg']}; train it again") from error
    if manifest.seal != _seal_of(json.loads(content)):
        raise BundleError(f"{path}: changed after it was written (its seal differs); train it again")
    if kind is not None and manifest.kind != kind:
        raise BundleError(f"{folder}: a bundle of {manifest.kind}; one of {kind} expected")
    return manifest


def _seal_of(fields: Mapping[str, Any]) -> str:
    """Return the seal of a manifest, of whatever version: the SHA-256 of all of its fields but that."""
    rest = json.dumps({name: value for name, value in fields.items() if name != "seal"})
    return hashlib.sha256(rest.encode()).hexdigest()


def check_hash(path: Path, expected: str) -> None:
    """Refuse a file that is not there, is a link, or is not as it was written.

    Raises:
        BundleError: so it is.
    """
    if path.is_symlink() or not path.is_file():
        raise BundleError(f"{path}: missing; train it again")
    if sha256_of(path) != expected:
        raise BundleError(f"{path}: changed after it was written (sha256 differs); train it again")


def check_size(path: Path, most: int) -> None:
    """Refuse a file of more than `most` bytes.

    Raises:
        BundleError: it is larger.
    """
    if path.stat().st_size > most:
        raise BundleError(f"{path}: larger than {most} bytes")


def check_name(name: str, folder: Path) -> None:
    """Refuse a name that could lead out of the folder of a bundle, or take its manifest's place.

    Raises:
        BundleError: it is such a name.
    """
    if name == MANIFEST or not re.fullmatch(NAME_PATTERN, name):
        raise BundleError(f"{folder}: {name!r} is no name for a file of a bundle")
