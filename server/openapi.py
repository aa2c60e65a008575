"""The OpenAPI document, made of the schemas that requests are checked by."""

from functools import cache
from importlib.metadata import version
from typing import Any, NamedTuple

from flask import Blueprint, Response, jsonify
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema

from server import openai_answers, openai_schemas, schemas
from server.introduction import COOKIE, INTRODUCTION, KEY

__all__ = ["OPERATIONS", "Operation", "example_of", "openapi_blueprint", "openapi_document"]

REF = "#/components/schemas/{model}"
PROBLEM = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "description": "Always `about:blank`.", "examples": ["about:blank"]},
        "title": {"type": "string", "description": "What the status means.", "examples": ["Not valid"]},
        "status": {"type": "integer", "description": "The status of the answer.", "examples": [422]},
        "detail": {
            "type": "string",
            "description": "What is wrong, and where.",
            "examples": ["message: Field required"],
        },
    },
    "required": ["type", "title", "status", "detail"],
}
OPENAI_ERROR = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "description": "What is wrong, as OpenAI's clients read it.",
            "examples": [
                {"message": "messages: Field required", "type": "invalid_request_error", "param": None, "code": None}
            ],
        }
    },
    "required": ["error"],
}
STREAMED = {
    "/api/chat": 'event: delta\ndata: {"text": "Smishing is fraud"}\n\n',
    "/v1/completions": 'data: {"choices": [{"text": " is bright", …}], …}\n\ndata: [DONE]\n\n',
    "/v1/chat/completions": 'data: {"choices": [{"delta": {"content": "Smishing"}, …}], …}\n\ndata: [DONE]\n\n',
}
"""Paths whose answers can come as server-sent events, piece by piece, and how those look."""
OWNED = ("/api/chat", "/api/conversations", "/api/fraud/feedback")
"""How paths begin whose answers depend on the cookie."""
LOCKED = ("/v1/", "/api/fraud/score")
"""How paths begin that want the API key, where one is set."""
REFUSALS = {
    "400": "No JSON, or refused on `strict`",
    "401": "The key is missing or wrong",
    "403": "The host is not served, or another site asks",
    "404": "Not found",
    "405": "Another method is wanted",
    "413": "The body is too large",
    "415": "Content-Type: application/json is wanted",
    "422": "A field is not valid",
    "429": "Too many requests of this client",
    "503": "Too much to do, or not served here",
}
COMES_BACK = ("429", "503")
PARAMETERS = {
    "conversation": ("Name of the conversation.", schemas.CONVERSATION),
    "model": ("Name of the model.", "assistant"),
}


class _InOrder(GenerateJsonSchema):
    """Leaves fields in the order in which they are written, examples included."""

    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:  # noqa: ARG002
        return value


class Operation(NamedTuple):
    """What can be done at a path; `body` and `answer` are names of schemas."""

    path: str
    method: str
    summary: str
    body: str | None
    answer: str | None
    status: str = "200"


OPERATIONS = (
    Operation("/api/chat", "post", "Speak; with `Accept: text/event-stream` streamed.", "ChatRequest", "ChatResponse"),
    Operation("/api/conversations", "get", "List this browser's conversations.", None, "Conversations"),
    Operation("/api/conversations/{conversation}", "get", "Read a conversation.", None, "Messages"),
    Operation("/api/conversations/{conversation}", "delete", "Delete a conversation for good.", None, None, "204"),
    Operation("/api/fraud/score", "post", "Judge messages.", "ScoreRequest", "ScoreResponse"),
    Operation(
        "/api/fraud/feedback", "post", "Say what a message truly was.", "FeedbackRequest", "FeedbackResponse", "202"
    ),
    Operation("/api/vision/digits", "post", "Recognise a drawn digit.", "DigitsRequest", "DigitsResponse"),
    Operation("/v1/models", "get", "List the models of /v1.", None, "ModelList"),
    Operation("/v1/models/{model}", "get", "Tell of one model.", None, "Model"),
    Operation("/v1/chat/completions", "post", "Ask; nothing is kept.", "ChatCompletionRequest", "ChatCompletion"),
    Operation("/v1/completions", "post", "Write on from a prompt.", "CompletionRequest", "Completion"),
    Operation("/v1/moderations", "post", "Look for fraud in texts.", "ModerationRequest", "Moderations"),
)


@cache
def openapi_document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the server."""
    known = {**vars(schemas), **vars(openai_schemas), **vars(openai_answers)}
    names = sorted({name for operation in OPERATIONS for name in (operation.body, operation.answer) if name})
    models = [(known[name], "validation") for name in names]
    _, definitions = models_json_schema(models, ref_template=REF, schema_generator=_InOrder)  # type: ignore[arg-type]  # a literal by its value
    described = {**definitions["$defs"], "Problem": PROBLEM, "OpenAIError": OPENAI_ERROR}
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
    is_openai = operation.path.startswith("/v1/")
    error = ("OpenAIError", "application/json") if is_openai else ("Problem", "application/problem+json")
    answer: dict[str, Any] = {"description": "Done"}
    if operation.answer is not None:
        answer["content"] = _content(operation.answer, "application/json", described)
    if operation.path in STREAMED:
        answer["content"]["text/event-stream"] = {"example": STREAMED[operation.path]}
    name = "_".join(part.strip("{}") for part in operation.path.strip("/").split("/"))
    refusals: dict[str, Any] = {
        code: {"description": why, "content": _content(*error, described)} for code, why in REFUSALS.items()
    }
    for code in COMES_BACK:
        seconds = {"description": "Seconds after which to come back.", "schema": {"type": "string"}, "example": "2"}
        refusals[code]["headers"] = {"Retry-After": seconds}
    about: dict[str, Any] = {
        "operationId": f"{operation.method}_{name}",
        "summary": operation.summary,
        "responses": {operation.status: answer, **refusals},
    }
    if operation.body is not None:
        about["requestBody"] = {"required": True, "content": _content(operation.body, "application/json", described)}
    if operation.path.startswith(LOCKED):
        about["security"] = [{}, {"key": []}]
    if parameters := _parameters(operation):
        about["parameters"] = parameters
    return about


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    text = {"type": "string"}
    found = [
        {"name": name, "in": "path", "required": True, "schema": text, "description": what, "example": example}
        for name, (what, example) in PARAMETERS.items()
        if f"{{{name}}}" in operation.path
    ]
    if operation.path.startswith(OWNED):
        cookie = {"name": "nlpbot", "in": "cookie", "required": False, "schema": text, "description": COOKIE}
        found.append({**cookie, "example": "Ijc5…Yg.bXk0…"})
    return found


def _content(name: str, kind: str, described: dict[str, Any]) -> dict[str, Any]:
    return {kind: {"schema": {"$ref": REF.format(model=name)}, "example": example_of(described[name], described)}}
