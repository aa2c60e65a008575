"""/v1: OpenAI-compatible and stateless, so that any of its clients can use the language model and the assistant."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify

from nlpbot.core.serving.limits import ConcurrencyLimit
from nlpbot.parts import CHAT, LM
from server.completions import completion_chunks, read_prompts, whole_completion
from server.config import ServerSettings
from server.engines import Engines
from server.errors import Problem, to_problem
from server.moderations import moderation_notices, moderations, scorer_named
from server.notices import check_strict, told
from server.openai_chat import answer_to, chat_chunks, read_messages, whole_chat
from server.openai_schemas import ChatCompletionRequest, CompletionRequest, ModerationRequest, StreamOptions
from server.schemas import body_as
from server.security import require_key
from server.streams import event, event_stream
from server.waiting import while_client_waits

__all__ = ["openai_blueprint"]

T = TypeVar("T")

DONE = "[DONE]"


def openai_blueprint(  # noqa: C901  # a list of short routes
    engines: Engines, limit: ConcurrencyLimit, settings: ServerSettings
) -> Blueprint:
    """Return the routes of /v1."""
    blueprint = Blueprint("openai", __name__)

    @blueprint.before_request
    def check() -> None:
        require_key(settings)

    @blueprint.get("/v1/models")
    def models() -> Response:
        return jsonify({"object": "list", "data": list(map(_model, engines.models))})

    @blueprint.get("/v1/models/<model>")
    def one_model(model: str) -> Response:
        _check_model(model, model if model in engines.models else None)
        return jsonify(_model(model))

    @blueprint.post("/v1/completions")
    def completions() -> Response:
        body: CompletionRequest = body_as(CompletionRequest)
        lm = _check_model(body.model, engines.find(LM, body.model))
        prompts = read_prompts(lm.service.predictor, body)
        notices = [notice for prompt in prompts for notice in prompt.notices]
        check_strict(body.strict, [*body.unknown, *notices])
        chunks = completion_chunks(lm, body, prompts)
        if body.stream:
            return told(event_stream(_held(_events(chunks, body.stream_options), limit), _failed), notices)
        with limit.hold():
            return told(jsonify(whole_completion(while_client_waits(chunks))), notices)

    @blueprint.post("/v1/chat/completions")
    def chat_completions() -> Response:
        body: ChatCompletionRequest = body_as(ChatCompletionRequest)
        _check_model(body.model, engines.find(CHAT, body.model))
        reading = read_messages(body)
        check_strict(body.strict, [*body.unknown, *reading.notices])
        answer = answer_to(engines, body, reading)
        if body.stream:
            return told(event_stream(_events(chat_chunks(answer), body.stream_options), _failed), answer.notices)
        return told(jsonify(whole_chat(answer)), answer.notices)

    @blueprint.post("/v1/moderations")
    def moderation() -> Response:
        body: ModerationRequest = body_as(ModerationRequest)
        scorer = _check_model(body.model, scorer_named(engines, body.model))
        notices = moderation_notices(body)
        check_strict(body.strict, [*body.unknown, *notices])
        return told(jsonify(moderations(scorer, body, notices)), notices)

    return blueprint


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "nlpbot"}


def _check_model(asked: str, served: T | None) -> T:
    if served is None:
        raise Problem(404, f"model {asked!r} is not served at this address; GET /v1/models lists what is")
    return served


def _events(chunks: Iterable[dict[str, Any]], options: StreamOptions | None) -> Iterator[str]:
    """Yield chunks as events; the last, which tells of the usage, only where it is wanted."""
    for chunk in chunks:
        if chunk["choices"] or (options is not None and options.include_usage):
            yield event(None, chunk)
    yield event(None, DONE)


def _held(events: Iterator[str], limit: ConcurrencyLimit) -> Iterator[str]:
    with limit.hold():
        yield from events


def _failed(error: Exception) -> str:
    return event(None, {"error": {"message": to_problem(error).detail, "type": "server_error"}})
