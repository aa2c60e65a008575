"""The OpenAPI document, made of the schemas that requests are checked by."""

from functools import cache
from importlib.metadata import version
from typing import Any, NamedTuple

from flask import Blueprint, Response, jsonify
from pydantic.json_schema import models_json_schema

from server import openai_schemas, schemas

__all__ = ["Operation", "openapi_blueprint", "openapi_document"]

REF = "#/components/schemas/{model}"
TEXT = {"type": "string"}
PROBLEM = {
    "type": "object",
    "properties": {"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT},
    "required": ["type", "title", "status", "detail"],
}
OPENAI_ERROR = {"type": "object", "properties": {"error": {"type": "object"}}, "required": ["error"]}
STREAMED = ("/api/chat", "/v1/completions", "/v1/chat/completions")
"""Paths whose answers can come as server-sent events, piece by piece."""
REFUSALS = ("400", "401", "403", "404", "405", "413", "415", "422", "429", "503")


class Operation(NamedTuple):
    """What can be done at a path; `body` and `answer` are names of schemas."""

    path: str
    method: str
    summary: str
    body: str | None
    answer: str | None
    status: str = "200"


OPERATIONS = (
    Operation("/api/chat", "post", "Say something; Accept: text/event-stream streams.", "ChatRequest", "ChatResponse"),
    Operation("/api/conversations", "get", "List this browser's conversations.", None, "Conversations"),
    Operation("/api/conversations/{conversation}", "get", "Read a conversation.", None, "Messages"),
    Operation("/api/conversations/{conversation}", "delete", "Delete a conversation for good.", None, None, "204"),
    Operation("/api/fraud/score", "post", "Judge messages.", "ScoreRequest", "ScoreResponse"),
    Operation("/api/fraud/feedback", "post", "Say what a message truly was.", "FeedbackRequest", "object", "202"),
    Operation("/api/vision/digits", "post", "Recognise a drawn digit.", "DigitsRequest", "DigitsResponse"),
    Operation("/v1/models", "get", "List the models of /v1.", None, "object"),
    Operation("/v1/models/{model}", "get", "Tell of one model.", None, "object"),
    Operation("/v1/moderations", "post", "Look for fraud in texts.", "ModerationRequest", "object"),
    Operation("/v1/completions", "post", "Write on from a prompt, as OpenAI's API.", "CompletionRequest", "object"),
    Operation("/v1/chat/completions", "post", "Ask; nothing is kept.", "ChatCompletionRequest", "object"),
)


@cache
def openapi_document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the server."""
    names = sorted({name for o in OPERATIONS for name in (o.body, o.answer) if name and name != "object"})
    known = {**vars(schemas), **vars(openai_schemas)}
    models = [(known[name], "validation") for name in names]
    _, definitions = models_json_schema(models, ref_template=REF)  # type: ignore[arg-type]  # a literal by its value
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _described(operation)
    components = {"schemas": {**definitions["$defs"], "Problem": PROBLEM, "OpenAIError": OPENAI_ERROR}}
    info = {"title": "nlpbot", "version": version("nlpbot")}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": components}


def openapi_blueprint() -> Blueprint:
    """Return the route of the document."""
    blueprint = Blueprint("openapi", __name__)

    @blueprint.get("/openapi.json")
    def document() -> Response:
        return jsonify(openapi_document())

    return blueprint


def _described(operation: Operation) -> dict[str, Any]:
    is_openai = operation.path.startswith("/v1/")
    error = ("OpenAIError", "application/json") if is_openai else ("Problem", "application/problem+json")
    answer: dict[str, Any] = {"description": "Done"}
    if operation.answer is not None:
        answer["content"] = _content(operation.answer, "application/json")
    if operation.path in STREAMED:
        answer["content"]["text/event-stream"] = {}
    name = "_".join(part.strip("{}") for part in operation.path.strip("/").split("/"))
    refusals = {code: {"description": "Refused", "content": _content(*error)} for code in REFUSALS}
    described: dict[str, Any] = {
        "operationId": f"{operation.method}_{name}",
        "summary": operation.summary,
        "responses": {operation.status: answer, **refusals},
    }
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": _content(operation.body, "application/json")}
    for name in ("conversation", "model"):
        if f"{{{name}}}" in operation.path:
            described["parameters"] = [{"name": name, "in": "path", "required": True, "schema": TEXT}]
    return described


def _content(name: str, kind: str) -> dict[str, Any]:
    schema = {"type": "object"} if name == "object" else {"$ref": REF.format(model=name)}
    return {kind: {"schema": schema}}
