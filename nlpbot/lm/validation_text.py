"""The text that a bundle was validated on, found again by its name and its SHA-256."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.datasets.catalog import find_data
from nlpbot.core.kernel.config import parse_settings
from nlpbot.core.kernel.errors import ConfigError, DataError
from nlpbot.core.kernel.hashes import sha256_of
from nlpbot.lm.config import LmSettings
from nlpbot.lm.data import Pieces

__all__ = ["validation_text"]


def validation_text(manifest: Manifest, folders: Sequence[Path], *, measured: Path | None = None) -> Pieces:
    """Return the text that a bundle's settings validate on: a file of its own, or the share that was kept back.

    Args:
        manifest: of the bundle.
        folders: where its files may lie, beside those that `nlpbot data get` put under the home.
        measured: the text to measure on, which must be another.

    Raises:
        ConfigError: the settings name none, or it is the text to measure on, or its files are not there as they were;
            the message asks for --valid.
    """
    settings = parse_settings(manifest.settings, LmSettings, where="the bundle's settings")
    if measured is not None and measured.is_file() and sha256_of(measured) in _held(settings, manifest):
        raise ConfigError(f"--valid: {measured} was validated on in training; a text of its own expected to tune on")
    if settings.valid is not None:
        return Pieces([_find(settings.valid, manifest, folders)])
    named_all = len(manifest.data) == len(set(settings.corpus))
    if not named_all or not settings.valid_fraction or not (settings.corpus or settings.text):
        raise ConfigError("--valid: a text to tune on expected; the bundle's settings name none")
    paths = [_find(name, manifest, folders) for name in settings.corpus]
    return Pieces(paths, text=settings.text).split(settings.valid_fraction)[1]


def _held(settings: LmSettings, manifest: Manifest) -> set[str]:
    """Return the hash of each file that the text is, or is a part of."""
    return set(manifest.data.values()) if settings.valid is None else _hashes(Path(settings.valid), manifest)


def _hashes(path: Path, manifest: Manifest) -> set[str]:
    """Return the hash of each text of a file's name; there are more than one where they lay in different folders."""
    return {sha256 for name, sha256 in manifest.data.items() if Path(name).name == path.name}


def _find(name: str, manifest: Manifest, folders: Iterable[Path]) -> Path:
    for folder in folders:
        path = _there(name, folder)
        if path is not None and sha256_of(path) in _hashes(path, manifest):
            return path
    raise ConfigError(f"--valid: a text to tune on expected; {name}, which the bundle was trained with, is not found")


def _there(name: str, folder: Path) -> Path | None:
    try:
        path = find_data(name, folder)
    except (ConfigError, DataError):
        return None
    return path if path.is_file() else None
