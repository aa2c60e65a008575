"""Put a public data set in its place: check its hashes, convert it, rename at the end. No socket is ever opened."""

import hashlib
import json
import shutil
from pathlib import Path

from nlpbot.core.datasets.catalog import ORIGIN, DataSet
from nlpbot.core.datasets.conversions import CONVERSIONS
from nlpbot.core.kernel.errors import ConfigError, DataError
from nlpbot.core.text.corpus import read_bytes

__all__ = ["content_hash", "fetch"]


def fetch(
    name: str, entry: DataSet, source: Path, target: Path, *, any_version: bool = False, force: bool = False
) -> list[Path]:
    """Return the files of a data set, written into `target` whole or not at all.

    Args:
        name: of the set.
        entry: what the catalogue knows of it.
        source: folder that holds its files, or the folder NAME with them.
        target: folder to write.
        any_version: accept files whose hash is another than the tested one.
        force: replace what an earlier fetch left there.

    Raises:
        ConfigError: `target` is in the way.
        DataError: a file is missing, of another version, or can't be converted.
    """
    _check_target(target, force=force)
    root = _root(name, entry, source)
    hashes = {file: _checked(root / file, expected, any_version=any_version) for file, expected in entry.files.items()}
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        _convert(entry, root, partial)
        origin = {"name": name, "address": entry.address, "licence": entry.licence, "sha256": hashes}
        (partial / ORIGIN).write_text(json.dumps(origin, indent=1), encoding="utf-8")
        if target.exists():
            shutil.rmtree(target)
        partial.replace(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return sorted(path for path in target.rglob("*") if path.is_file() and path.name != ORIGIN)


def content_hash(path: Path) -> str:
    """Return the SHA-256 of what a file holds, in hexadecimal.

    Of .gz and .xz it is that of the content, so that packing it again changes nothing; of a folder that of the lines
    ``HASH  NAME`` of its files, in the order of their names, as ``sha256sum`` writes them.
    """
    digest = hashlib.sha256()
    if path.is_dir():
        inside = sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
        for name in inside:
            digest.update(f"{content_hash(path / name)}  {name}\n".encode())
    else:
        for chunk in read_bytes(path):
            digest.update(chunk)
    return digest.hexdigest()


def _check_target(target: Path, *, force: bool) -> None:
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not (target / ORIGIN).is_file():
        raise ConfigError(f"{target}: holds other things than a data set; another --to expected")
    if not force:
        raise ConfigError(f"{target}: is there already; give --force to write it again")


def _root(name: str, entry: DataSet, source: Path) -> Path:
    """Return the folder with the files of the set: `source` itself, or the folder of its name inside."""
    for root in (source / name, source):
        if all((root / file).exists() for file in entry.files):
            return root
    best = source / name if (source / name).is_dir() else source
    missing = [file for file in entry.files if not (best / file).exists()]
    raise DataError(f"{best}: has no {missing[0]}; {', '.join(entry.files)} expected, from {entry.address}")


def _checked(path: Path, expected: str, *, any_version: bool) -> str:
    found = content_hash(path)
    if found != expected and not any_version:
        raise DataError(f"{path}: sha256 is {found}; {expected} was tested; give --any-version to use this one")
    return found


def _convert(entry: DataSet, root: Path, target: Path) -> None:
    converted = {file for step in entry.steps for file in step.files}
    for step in entry.steps:
        out = target / step.to
        out.parent.mkdir(parents=True, exist_ok=True)
        CONVERSIONS[step.convert]([root / file for file in step.files], out, step)
    for file in entry.files:
        if file not in converted:
            _copy(root / file, target / file)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)
