"""/v1: OpenAI-compatible and stateless, so that any of its clients can use the language model and the assistant."""

import secrets
import time
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, jsonify

from nlpbot.core.serving.limits import ConcurrencyLimit
from server.completions import completion_chunks, whole_completion
from server.config import ServerSettings
from server.engines import Engines
from server.errors import Problem, to_problem
from server.openai_schemas import ChatCompletionRequest, CompletionRequest
from server.schemas import body_as
from server.security import require_key
from server.streams import event, event_stream, pieces
from server.waiting import while_client_waits

__all__ = ["openai_blueprint"]

DONE = "[DONE]"


def openai_blueprint(engines: Engines, limit: ConcurrencyLimit, settings: ServerSettings) -> Blueprint:
    """Return the routes of /v1."""
    blueprint = Blueprint("openai", __name__)

    @blueprint.before_request
    def check() -> None:
        require_key(settings)

    @blueprint.get("/v1/models")
    def models() -> Response:
        names = [name for name, part in (("assistant", "chat"), ("lm", "lm")) if engines.has(part)]
        data = [{"id": name, "object": "model", "created": 0, "owned_by": "nlpbot"} for name in names]
        return jsonify({"object": "list", "data": data})

    @blueprint.post("/v1/completions")
    def completions() -> Response:
        body: CompletionRequest = body_as(CompletionRequest)
        _check_model(body.model, "lm", engines.has("lm"))
        chunks = completion_chunks(engines, body)
        if body.stream:
            usage = body.stream_options is not None and body.stream_options.include_usage
            return event_stream(_completion_events(chunks, limit, usage=usage), _failed)
        with limit.hold():
            return jsonify(whole_completion(while_client_waits(chunks)))

    @blueprint.post("/v1/chat/completions")
    def chat_completions() -> Response:
        body: ChatCompletionRequest = body_as(ChatCompletionRequest)
        _check_model(body.model, "assistant", engines.has("chat"))
        if body.messages[-1].role != "user":
            raise Problem(422, "messages: the last one is to be the user's")
        text = _answer(engines, body)
        head = {"id": f"chatcmpl-{secrets.token_hex(8)}", "created": int(time.time()), "model": "assistant"}
        if body.stream:
            return event_stream(_chat_events(head, text), _failed)
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        usage = _usage(sum(len(m.content) for m in body.messages), len(text))
        return jsonify({**head, "object": "chat.completion", "choices": [choice], "usage": usage})

    return blueprint


def _check_model(asked: str, name: str, served: bool) -> None:
    if asked != name or not served:
        raise Problem(404, f"model {asked!r} is not served at this address; GET /v1/models lists what is")


def _completion_events(chunks: Iterator[dict[str, Any]], limit: ConcurrencyLimit, *, usage: bool) -> Iterator[str]:
    with limit.hold():
        for chunk in chunks:
            if chunk["choices"] or usage:
                yield event(None, chunk)
    yield event(None, DONE)


def _failed(error: Exception) -> str:
    return event(None, {"error": {"message": to_problem(error).detail, "type": "server_error"}})


def _answer(engines: Engines, body: ChatCompletionRequest) -> str:
    """Return the assistant's answer to the last message, the questions before it as context; nothing is kept."""
    from nlpbot.assistant.assistant import think_over

    questions = [message.content for message in body.messages if message.role == "user"]
    return think_over(engines.minds(), questions)


def _chat_events(head: dict[str, Any], text: str) -> Iterator[str]:
    shared = {**head, "object": "chat.completion.chunk"}
    for number, piece in enumerate(pieces(text)):
        delta = {"content": piece} | ({"role": "assistant"} if number == 0 else {})
        yield event(None, {**shared, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
    yield event(None, {**shared, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    yield event(None, DONE)


def _usage(prompt: int, completion: int) -> dict[str, int]:
    """Return sizes in characters, since models here have tokens of different kinds."""
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
