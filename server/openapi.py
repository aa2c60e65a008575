"""The OpenAPI document, made of what each subject says of its routes and of the schemas they are checked by."""

from functools import cache
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Response, jsonify
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue, models_json_schema

from server import chat, classify, conversations, embeddings, fraud, models, moderations, retrieval, vision
from server.chat_completions import routes as chat_completions
from server.completions import routes as completions
from server.errors import OpenAIError, ProblemDocument
from server.introduction import COOKIE, INTRODUCTION, KEY
from server.operations import Operation
from server.streams import EVENTS

__all__ = ["OPERATIONS", "example_of", "openapi_blueprint", "openapi_document"]

SUBJECTS = (
    chat,
    conversations,
    fraud,
    classify,
    retrieval,
    vision,
    models,
    chat_completions,
    completions,
    embeddings,
    moderations,
)
"""What is described, in this order."""
OPERATIONS: tuple[Operation, ...] = tuple(operation for subject in SUBJECTS for operation in subject.OPERATIONS)
REF = "#/components/schemas/{model}"
REFUSALS = {
    "400": "No JSON, or refused on `strict`",
    "401": "The key is missing or wrong",
    "403": "The host is not served, or another site asks",
    "404": "Not found",
    "405": "Another method is expected",
    "413": "The body is too large",
    "415": "Content-Type: application/json is expected",
    "422": "A field is not valid",
    "429": "Too many requests of this client",
    "503": "Too much to do, or not served here",
}
COMES_BACK = ("429", "503")


class _InOrder(GenerateJsonSchema):
    """Leaves fields in the order in which they are written, examples included."""

    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:  # noqa: ARG002
        return value


@cache
def openapi_document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the server."""
    bodies: set[type[BaseModel]] = {ProblemDocument, OpenAIError}
    bodies |= {body for operation in OPERATIONS for body in (operation.body, operation.answer) if body is not None}
    named: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        (body, "validation") for body in sorted(bodies, key=lambda body: body.__name__)
    ]
    _, definitions = models_json_schema(named, ref_template=REF, schema_generator=_InOrder)
    described = definitions["$defs"]
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _described(operation, described)
    text = "\n\n".join(f"## {note.heading}\n\n{note.text}\n\n```\n{note.code}\n```" for note in INTRODUCTION)
    info = {"title": "nlpbot", "version": version("nlpbot"), "description": text}
    key = {"type": "http", "scheme": "bearer", "description": KEY}
    components = {"schemas": described, "securitySchemes": {"key": key}}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": components}


def example_of(about: dict[str, Any], described: dict[str, Any]) -> Any:
    """Return an example of a schema: its own, or one made of the examples of its fields.

    Args:
        about: the schema, which may refer to another.
        described: all schemas by name.
    """
    if "examples" in about:
        return about["examples"][0]
    if "$ref" in about:
        return example_of(described[about["$ref"].rsplit("/", 1)[1]], described)
    if "anyOf" in about:
        return example_of(about["anyOf"][0], described)
    if "items" in about:
        return [example_of(about["items"], described)]
    return {name: example_of(about["properties"][name], described) for name in about["required"]}


def openapi_blueprint() -> Blueprint:
    """Return the route of the document."""
    blueprint = Blueprint("openapi", __name__)

    @blueprint.get("/openapi.json")
    def document() -> Response:
        return jsonify(openapi_document())

    return blueprint


def _described(operation: Operation, described: dict[str, Any]) -> dict[str, Any]:
    """Return what the document says of an operation."""
    name = "_".join(part.strip("{}") for part in operation.path.strip("/").split("/"))
    about: dict[str, Any] = {
        "operationId": f"{operation.method}_{name}",
        "summary": operation.summary,
        "responses": {str(operation.status): _answer(operation, described), **_refusals(operation, described)},
    }
    if operation.body is not None:
        about["requestBody"] = {"required": True, "content": _content(operation.body, described)}
    if operation.access == "key":
        about["security"] = [{}, {"key": []}]
    if parameters := _parameters(operation):
        about["parameters"] = parameters
    return about


def _answer(operation: Operation, described: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "Done"}
    if operation.answer is not None:
        answer["content"] = _content(operation.answer, described)
    if operation.stream is not None:
        answer["content"][EVENTS] = {"example": operation.stream}
    return answer


def _refusals(operation: Operation, described: dict[str, Any]) -> dict[str, Any]:
    if operation.path.startswith("/v1/"):
        content = _content(OpenAIError, described)
    else:
        content = _content(ProblemDocument, described, "application/problem+json")
    refusals: dict[str, Any] = {code: {"description": why, "content": content} for code, why in REFUSALS.items()}
    for code in COMES_BACK:
        seconds = {"description": "Seconds after which to come back.", "schema": {"type": "string"}, "example": "2"}
        refusals[code]["headers"] = {"Retry-After": seconds}
    return refusals


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    text = {"type": "string"}
    found: list[dict[str, Any]] = [
        {
            "name": parameter.name,
            "in": "path",
            "required": True,
            "schema": text,
            "description": parameter.description,
            "example": parameter.example,
        }
        for parameter in operation.parameters
    ]
    if operation.access == "owner":
        cookie = {"name": "nlpbot", "in": "cookie", "required": False, "schema": text, "description": COOKIE}
        found.append({**cookie, "example": "Ijc5…Yg.bXk0…"})
    return found


def _content(body: type[BaseModel], described: dict[str, Any], media_type: str = "application/json") -> dict[str, Any]:
    name = body.__name__
    return {media_type: {"schema": {"$ref": REF.format(model=name)}, "example": example_of(described[name], described)}}
