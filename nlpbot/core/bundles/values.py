"""Values that people write in YAML files and bundles keep, such as what a bot says around its answers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml

from nlpbot.core.bundles.bundle import Bundle
from nlpbot.core.kernel.config import Settings, parse_settings, parse_yaml
from nlpbot.core.kernel.errors import BundleError, ConfigError

__all__ = ["kept_values", "read_values"]

S = TypeVar("S", bound=Settings)


def read_values(paths: Sequence[Path], cls: type[S]) -> S:
    """Return the values of a YAML file, or of several, of which a later one replaces what those before say of a key.

    Args:
        paths: of the files; the last one is named where a value is wrong.
        cls: the class of the values.

    Raises:
        ConfigError: a file can't be read or is not YAML, or a key or value is wrong.
    """
    merged: dict[str, Any] = {}
    for path in paths:
        merged = _merged(merged, _table(path))
    return parse_settings(merged, cls, where=paths[-1].name)


def kept_values(bundle: Bundle, name: str, cls: type[S], *, default: Path) -> S:
    """Return the values that a bundle keeps.

    Args:
        bundle: an opened one.
        name: of the file in it.
        cls: the class of the values.
        default: a YAML file whose values bundles get that were written before they kept any.

    Raises:
        BundleError: they are damaged.
    """
    if not bundle.has_file(name):
        return read_values([default], cls)
    try:
        return parse_settings(bundle.read_json(name), cls, where=str(bundle.folder / name))
    except ConfigError as error:
        raise BundleError(f"{error}; train it again") from error


def _table(path: Path) -> dict[str, Any]:
    try:
        raw = parse_yaml(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        raise ConfigError(f"{path}:{line}: not YAML: {error.problem}") from error
    except OSError as error:
        raise ConfigError(f"{path}: can't be read: {error.strerror}") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: can't be read as YAML: {error}") from error
    if not isinstance(raw, dict):
        raise ConfigError(f"{path}: no keys found; keys with their values expected")
    return raw


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Return both tables as one; where both have a key, `above` decides, and tables are merged in turn."""
    merged = {**below, **above}
    for key in below.keys() & above.keys():
        if isinstance(below[key], dict) and isinstance(above[key], dict):
            merged[key] = _merged(below[key], above[key])
    return merged
