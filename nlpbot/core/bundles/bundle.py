"""A bundle: a folder that holds one trained model whole, and never changes after it is written.

::

    manifest.json           kind, config, metrics, baseline, thresholds, protocol, sha256 of every file and of itself
    *.json                  vocabulary, tokenizer and the like
    *.safetensors           weights
    parts/NAME/             a bundle inside a bundle, hashed by its parent

It is written into ``OUT.partial/`` and renamed at the end, so an OUT that exists is complete. It is opened with
checks: every hash, the shape of the manifest, finite numbers, sizes, and names that stay inside.
"""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from nlpbot.core.bundles.manifest import (
    MANIFEST,
    MAX_JSON_BYTES,
    Manifest,
    check_hash,
    check_name,
    check_size,
    read_manifest,
)
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.kernel.hashes import sha256_of
from nlpbot.core.kernel.reproducibility import library_versions
from nlpbot.core.kernel.targets import check_free, partial_of
from nlpbot.core.kernel.tensor_files import load_tensors, save_tensors

__all__ = ["Bundle", "BundleDraft", "copy_bundle", "open_bundle"]

MAX_TENSOR_BYTES = 8 << 30
WHOLE = "whole"
"""Folder of a draft in which the bundle is put together."""


class BundleDraft:
    """A bundle being written, in ``OUT.partial/``. Use `start`, write, then `finish`."""

    def __init__(self, folder: Path, target: Path | None) -> None:
        self.folder = folder
        self._target = target
        self._files: set[str] = set()
        self._parts: dict[str, BundleDraft] = {}

    @classmethod
    def start(cls, out: Path, *, force: bool = False, resume: bool = False) -> "BundleDraft":
        """Return an empty draft, or with `resume` the one that an interrupted run left.

        Raises:
            BundleError: `out` exists and `force` was not given, or there is nothing to resume.
        """
        check_free(out, force=force)
        folder = partial_of(out)
        if resume and not folder.is_dir():
            raise BundleError(f"{folder}: nothing to resume; leave --resume out to start anew")
        if not resume and folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder, out)

    def write_json(self, name: str, value: Any) -> None:
        """Write a JSON document, readable by people and the same for the same value."""
        _write(self._register(name), value)

    def write_tensors(self, name: str, tensors: Mapping[str, Tensor]) -> None:
        """Write named tensors as safetensors."""
        path = self._register(name)
        save_tensors(path, tensors)

    def keep(self, name: str) -> None:
        """Make a file that already lies in the folder, such as the curves of training, part of the bundle."""
        self._register(name)

    def part(self, name: str) -> "BundleDraft":
        """Return the draft of a bundle inside this one; finish it before this one."""
        check_name(name, self.folder)
        folder = self.folder / "parts" / name
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        self._parts[name] = BundleDraft(folder, None)
        return self._parts[name]

    def finish(self, manifest: Manifest) -> Path:
        """Hash everything, write the manifest, and put the bundle in its place at once.

        Anything in the folder that was not written through this draft, such as a checkpoint, is dropped after that.
        """
        whole = self.folder if self._target is None else self._gathered()
        hashes = {name: sha256_of(self.folder / name) for name in sorted(self._files)}
        parts = {name: sha256_of(part.folder / MANIFEST) for name, part in sorted(self._parts.items())}
        final = manifest.model_copy(update={"files": hashes, "parts": parts, "libraries": library_versions()})
        _write(whole / MANIFEST, final.sealed().model_dump())
        if self._target is None:
            return self.folder
        _replace_folder(whole, self._target)
        shutil.rmtree(self.folder)
        return self._target

    def _gathered(self) -> Path:
        """Put what was written through this draft into a folder of its own; a run that is killed now can go on."""
        whole = self.folder / WHOLE
        shutil.rmtree(whole, ignore_errors=True)
        whole.mkdir()
        for name in self._files:
            _link(self.folder / name, whole / name)
        if self._parts:
            shutil.copytree(self.folder / "parts", whole / "parts", copy_function=_link)
        return whole

    def _register(self, name: str) -> Path:
        check_name(name, self.folder)
        self._files.add(name)
        return self.folder / name


class Bundle:
    """A bundle opened for reading, with everything checked."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest

    def read_json(self, name: str) -> Any:
        """Return a JSON document of the bundle."""
        path = self._listed(name)
        check_size(path, MAX_JSON_BYTES)
        try:
            return json.loads(path.read_bytes())
        except (ValueError, RecursionError) as error:
            raise BundleError(f"{path}: not JSON: {error}") from error

    def read_tensors(self, name: str) -> dict[str, Tensor]:
        """Return named tensors on the CPU; numbers that are not finite are refused."""
        path = self._listed(name)
        check_size(path, MAX_TENSOR_BYTES)
        tensors = load_tensors(path)
        for key, value in tensors.items():
            if value.is_floating_point() and not torch.isfinite(value).all():
                raise BundleError(f"{path}: {key} holds numbers that are not finite; train it again")
        return tensors

    def part(self, name: str, *, kind: str) -> "Bundle":
        """Return a bundle inside this one."""
        if name not in self.manifest.parts:
            raise BundleError(
                f"{self.folder}: has no part {name}; its parts are {', '.join(self.manifest.parts) or 'none'}"
            )
        return _open_checked(self.folder / "parts" / name, kind, self.manifest.parts[name])

    def has_file(self, name: str) -> bool:
        """Return whether the bundle lists a file of that name."""
        return name in self.manifest.files

    def _listed(self, name: str) -> Path:
        if name not in self.manifest.files:
            raise BundleError(f"{self.folder}: has no file {name}; train it again with this version")
        return self.folder / name


def open_bundle(folder: Path | str, *, kind: str) -> Bundle:
    """Return the bundle in that folder, checked whole.

    Args:
        folder: as given to ``--out`` when it was trained.
        kind: the kind that must have written it.

    Raises:
        BundleError: there is none, it is of another kind, or a file was changed, added to or cut.
    """
    return _open_checked(Path(folder), kind, None)


def copy_bundle(source: Path, out: Path, *, kind: str, force: bool = False) -> Path:
    """Return the folder of a copy of a bundle, which is checked whole first.

    Raises:
        BundleError: `out` exists and `force` was not given, or the bundle is damaged or of another kind.
    """
    check_free(out, force=force)
    open_bundle(source, kind=kind)
    partial = partial_of(out)
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(source, partial)
    _replace_folder(partial, out)
    return out


def _open_checked(folder: Path, kind: str, manifest_hash: str | None) -> Bundle:
    manifest = read_manifest(folder, kind=kind, sha256=manifest_hash)
    for name, expected in manifest.files.items():
        check_name(name, folder)
        check_hash(folder / name, expected)
    for name, expected in manifest.parts.items():
        check_name(name, folder)
        check_hash(folder / "parts" / name / MANIFEST, expected)
    return Bundle(folder, manifest)


def _write(path: Path, value: Any) -> None:
    content = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False).encode()
    try:
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise BundleError(f"{path}: can't be written: {error.strerror}; what was saved before is kept") from error


def _link(source: str | Path, target: str | Path) -> None:
    """Put a file into another folder too, without a copy where the file system can."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _replace_folder(source: Path, target: Path) -> None:
    """Rename `source` to `target`; a target that exists is moved aside first, and comes back if that fails."""
    old = target.with_name(target.name + ".old")
    if old.exists():
        shutil.rmtree(old)
    if target.exists():
        target.replace(old)
    try:
        source.replace(target)
    except OSError:
        if old.exists():
            old.replace(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
