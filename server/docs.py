"""The OpenAPI document in words, as /docs shows it: each operation with its fields and examples."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from server.openapi import openapi_document

__all__ = ["Field", "Section", "sections"]

WORDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
BOUNDS = {
    "minimum": "from {}",
    "exclusiveMinimum": "over {}",
    "maximum": "to {}",
    "exclusiveMaximum": "below {}",
    "maxLength": "at most {} characters",
    "maxItems": "at most {}",
}
NULL = {"type": "null"}
LONGEST = 160
"""Characters of an example in a table."""


class Field(NamedTuple):
    """A field of a body: `kind` is what it holds, `example` is JSON."""

    name: str
    kind: str
    is_required: bool
    description: str
    example: str


class Section(NamedTuple):
    """What can be done at a path."""

    anchor: str
    method: str
    path: str
    summary: str
    asked: tuple[Field, ...]
    answered: tuple[Field, ...]
    request: str | None
    """An example of the body, as JSON."""
    answer: str | None
    """An example of the answer, as JSON."""
    stream: str | None
    """How the answer looks where it is streamed."""


def sections() -> list[Section]:
    """Return what can be done, in the order of the document."""
    document = openapi_document()
    described = document["components"]["schemas"]
    return [
        _section(path, method, operation, described)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def _section(path: str, method: str, operation: dict[str, Any], described: dict[str, Any]) -> Section:
    answer = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
    asked = operation.get("requestBody", {}).get("content", {}).get("application/json")
    told = answer.get("content", {}).get("application/json")
    return Section(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        asked=tuple(_fields(asked["schema"], described)) if asked else (),
        answered=tuple(_fields(told["schema"], described)) if told else (),
        request=_shown(asked["example"]) if asked else None,
        answer=_shown(told["example"]) if told else None,
        stream=answer.get("content", {}).get("text/event-stream", {}).get("example"),
    )


def _fields(about: dict[str, Any], described: dict[str, Any], prefix: str = "") -> Iterator[Field]:
    """Yield the fields of a schema, those of what it holds after each; `list[].field` is a field of each item."""
    if "$ref" in about:
        about = described[about["$ref"].rsplit("/", 1)[1]]
        for name, field in about["properties"].items():
            yield _field(f"{prefix}{name}", field, is_required=name in about.get("required", ()))
            yield from _fields(field, described, f"{prefix}{name}.")
    for choice in _choices(about):
        yield from _fields(choice, described, prefix)
    if "items" in about:
        yield from _fields(about["items"], described, f"{prefix.removesuffix('.')}[].")


def _field(name: str, about: dict[str, Any], *, is_required: bool) -> Field:
    """Return a field in words. That null does for what may be left out is said once, in the introduction."""
    choices = [choice for choice in _choices(about) if choice != NULL or is_required]
    kind = _kind({"anyOf": choices} if choices else about)
    if about.get("default") not in (None, "", []):
        kind += f"; {json.dumps(about['default'], ensure_ascii=False)} if left out"
    example = json.dumps(about["examples"][0], ensure_ascii=False) if "examples" in about else ""
    shown = example if len(example) <= LONGEST else f"{example[:LONGEST]} …"
    return Field(name, kind, is_required, about["description"], shown)


def _choices(about: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a field may be, where that is several things."""
    choices: list[dict[str, Any]] = about.get("anyOf") or about.get("oneOf") or []
    return choices


def _kind(about: dict[str, Any]) -> str:
    """Return what a field holds, in words."""
    if choices := _choices(about):
        return " or ".join(dict.fromkeys(_kind(choice) for choice in choices))
    if "const" in about or "enum" in about:
        return " or ".join(json.dumps(value) for value in about.get("enum", [about.get("const")]))
    bounds = " ".join(says.format(about[bound]) for bound, says in BOUNDS.items() if bound in about)
    limited = f" ({bounds})" if bounds else ""
    if "items" in about:
        return f"list{limited} of {_kind(about['items'])}"
    name = str(about.get("type", "object"))
    return WORDS.get(name, name) + limited


def _shown(example: Any) -> str:
    """Return an example as JSON; a long one, such as a drawing, on one line."""
    spread = json.dumps(example, ensure_ascii=False, indent=2)
    return spread if spread.count("\n") < 60 else json.dumps(example, ensure_ascii=False)
