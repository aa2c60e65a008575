"""Settings that cross the border: strict, frozen, each field with its meaning and unit."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from nlpbot.core.kernel.errors import ConfigError

__all__ = ["Settings", "load_settings", "parse_settings", "parse_toml", "parse_yaml", "with_seed"]

DEEPEST = 100
"""Levels of nesting that no settings need."""
MISSING = object()
TOO_DEEP = f"nested too deeply; {DEEPEST} levels are more than is ever needed"


class Settings(BaseModel):
    """Base of every settings class: unknown keys and wrong types are refused, values never change."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", use_attribute_docstrings=True)

    moved: ClassVar[Mapping[str, str]] = {}
    """Keys of earlier versions, and where their values stand now; both may lie in a table, as ``train.patience``."""


S = TypeVar("S", bound=Settings)


def load_settings(path: Path, cls: type[S]) -> S:
    """Return the settings of a TOML file.

    Raises:
        ConfigError: the file is missing, is not TOML, or holds a wrong key or value; the message names it.
    """
    try:
        raw = parse_toml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: can't be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    return parse_settings(raw, cls, where=path.name)


def with_seed(settings: S, seed: int | None) -> S:
    """Return settings that have a seed with another one, where one is given."""
    return settings if seed is None else settings.model_copy(update={"seed": seed})


def parse_settings(raw: Any, cls: type[S], *, where: str) -> S:
    """Return settings from plain values such as TOML or JSON give them.

    Args:
        raw: tables, lists, strings and numbers.
        cls: the settings class.
        where: named at the start of an error message.

    Raises:
        ConfigError: a key is unknown or missing, or a value is wrong.
    """
    try:
        # By way of JSON, since strict mode takes a list for a tuple only there.
        return cls.model_validate_json(json.dumps(_as_now(raw, cls), default=str))
    except RecursionError as error:
        raise ConfigError(f"{where}: {TOO_DEEP}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        known = _known_keys(cls, first["loc"]) if first["type"] == "extra_forbidden" else []
        hint = f" (known: {', '.join(known)})" if known else ""
        place = f"{where}: {key}" if key else where  # no key where several together are wrong
        raise ConfigError(f"{place}: {first['msg'].removeprefix('Value error, ')}{hint}") from error


def _as_now(raw: Any, cls: type[Settings]) -> Any:
    """Return values with those that an earlier version had elsewhere where they stand now."""
    if not isinstance(raw, dict):
        return raw
    given = raw
    for old, new in cls.moved.items():
        raw, value = _taken(raw, old.split("."))
        if value is not MISSING:
            raw = _with(raw, new.split("."), value, cls, given)
    tables = {name: _settings_in(field.annotation) for name, field in cls.model_fields.items() if name in raw}
    return {**raw, **{name: _as_now(raw[name], table) for name, table in tables.items() if table is not None}}


def _settings_in(annotation: Any) -> type[Settings] | None:
    """Return the settings class that a field holds, be it optional."""
    for each in (annotation, *get_args(annotation)):
        if isinstance(each, type) and issubclass(each, Settings):
            return each
    return None


def _taken(raw: dict[str, Any], path: list[str]) -> tuple[dict[str, Any], Any]:
    """Return values without that at a path, and that; MISSING where there is none."""
    key, *rest = path
    if not rest:
        return {name: value for name, value in raw.items() if name != key}, raw.get(key, MISSING)
    if not isinstance(raw.get(key), dict):
        return raw, MISSING
    table, value = _taken(raw[key], rest)
    return {**raw, key: table}, value


def _with(
    raw: dict[str, Any], path: list[str], value: Any, cls: type[Settings], given: dict[str, Any]
) -> dict[str, Any]:
    """Return values with one more at a path; what was given there already counts."""
    *tables, key = path
    if not tables:
        return {key: value, **raw}
    (name,) = tables
    if isinstance(given.get(name), dict):
        return {**raw, name: {key: value, **raw[name]}}
    table = raw.get(name) or cls.model_fields[name].default.model_dump(mode="json")
    return {**raw, name: {**table, key: value}}


def _known_keys(cls: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """Return the keys of the table in which the last of `place` stands; none where that is no plain table."""
    for key in place[:-1]:
        field = cls.model_fields.get(str(key))
        if field is None or not isinstance(field.annotation, type) or not issubclass(field.annotation, BaseModel):
            return []
        cls = field.annotation
    return list(cls.model_fields)


def parse_toml(text: str) -> dict[str, Any]:
    """Return the plain values of a TOML document.

    Raises:
        tomllib.TOMLDecodeError: it is not TOML, or nested too deeply.
    """
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise tomllib.TOMLDecodeError(TOO_DEEP) from error


def parse_yaml(text: str) -> Any:
    """Return the plain values of a YAML document; libyaml's parser is ten times as fast, where it is there.

    Raises:
        yaml.YAMLError: it is not YAML, asks for more than plain values, or is nested too deeply.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    depth = 0
    for event in yaml.parse(text, Loader=loader):  # before it is loaded, since libyaml's stack can overflow
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise yaml.YAMLError(TOO_DEEP)
    return yaml.load(text, Loader=loader)  # noqa: S506  # both are safe
