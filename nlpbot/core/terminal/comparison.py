"""Bundles side by side: metrics, sizes, times, and the settings in which they differ."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nlpbot.core.bundles.home import size_bytes
from nlpbot.core.bundles.manifest import Manifest, read_manifest
from nlpbot.core.kernel.console import note, print_table

__all__ = ["compare_bundles", "print_compared"]

Side = dict[str, list[Any]]
LONGEST_CELL = 48


def compare_bundles(folders: Sequence[Path]) -> dict[str, Any]:
    """Return what the manifests of some bundles say, each thing as a list with a place for each bundle.

    Under ``metrics`` and ``baseline`` stands all that any of them measured, under ``settings`` what differs; None where
    a bundle doesn't have it. ``remarks`` says why figures may not compare.

    Raises:
        BundleError: a folder is no bundle.
    """
    manifests = [read_manifest(folder) for folder in folders]
    settings = _side_by_side([_flat(m.settings or m.config) for m in manifests])
    return {
        "bundles": [str(folder) for folder in folders],
        "kind": [m.kind for m in manifests],
        "size_bytes": [size_bytes(folder) for folder in folders],
        "seconds": [m.seconds for m in manifests],
        "metrics": _side_by_side([_flat(m.metrics) for m in manifests]),
        "baseline": _side_by_side([_flat(m.baseline) for m in manifests]),
        "settings": {key: values for key, values in settings.items() if _differ(values)},
        "libraries": {key: v for key, v in _side_by_side([m.libraries for m in manifests]).items() if _differ(v)},
        "remarks": _remarks(manifests),
    }


def print_compared(compared: Mapping[str, Any]) -> None:
    """Print what `compare_bundles` gave as tables, a column a bundle."""
    facts: Side = {"kind": compared["kind"], "size (MB)": [size / 1e6 for size in compared["size_bytes"]]}
    if any(seconds is not None for seconds in compared["seconds"]):
        facts["training (s)"] = compared["seconds"]
    baseline = {f"baseline: {name}": values for name, values in compared["baseline"].items()}
    _print_side("", compared["bundles"], {**facts, **compared["metrics"], **baseline})
    differing = {**compared["settings"], **compared["libraries"]}
    if differing:
        _print_side("settings that differ", compared["bundles"], differing)
    for remark in compared["remarks"]:
        note(remark)


def _print_side(title: str, bundles: list[str], side: Side) -> None:
    rows = [[name, *map(_cell, values)] for name, values in side.items()]
    print_table(title, ["", *bundles], rows)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def _flat(value: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested tables as one, keys joined by dots; lists as JSON."""
    flat: dict[str, Any] = {}
    for key, inner in value.items():
        name = f"{prefix}{key}"
        if isinstance(inner, Mapping):
            flat |= _flat(inner, f"{name}.")
        else:
            flat[name] = json.dumps(inner, ensure_ascii=False) if isinstance(inner, list) else inner
    return flat


def _side_by_side(columns: Sequence[Mapping[str, Any]]) -> Side:
    """Return each key, in the order it first comes, with its value in each column."""
    keys = dict.fromkeys(key for column in columns for key in column)
    return {key: [column.get(key) for column in columns] for key in keys}


def _differ(values: Sequence[Any]) -> bool:
    return any(value != values[0] for value in values)


def _remarks(manifests: Sequence[Manifest]) -> list[str]:
    """Return in words why the figures of these bundles may not compare."""
    checks = (
        ("of different kinds", [m.kind for m in manifests]),
        ("trained on different data", [m.data for m in manifests]),
        ("measured in different ways: " + "; ".join(m.protocol for m in manifests), [m.protocol for m in manifests]),
    )
    return [f"figures may not compare: {words}" for words, values in checks if _differ(values)]
