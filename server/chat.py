"""/api/chat and /api/conversations: the assistant."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from nlpbot.core.serving.limits import ConcurrencyLimit
from server.errors import Problem, problem_document, to_problem
from server.schemas import ChatRequest, body_as
from server.security import owner
from server.streams import EVENTS, event, event_stream, pieces

__all__ = ["chat_blueprint"]


def chat_blueprint(assistant: Any, limit: ConcurrencyLimit) -> Blueprint:  # noqa: C901  # a list of short routes
    """Return the routes of the assistant.

    Args:
        assistant: an `nlpbot.assistant.assistant.Assistant`.
        limit: of streams at once.
    """
    blueprint = Blueprint("chat", __name__)

    @blueprint.post("/api/chat")
    def chat() -> Response:
        body: ChatRequest = body_as(ChatRequest)
        mine = owner()
        if body.conversation is not None and assistant.store.conversation(mine, body.conversation) is None:
            raise Problem(404, "no such conversation")

        def respond() -> Any:
            return assistant.respond(
                mine, body.message, conversation=body.conversation, pasted=body.pasted, language=body.language
            )

        if request.accept_mimetypes.best_match(("application/json", EVENTS)) != EVENTS:
            return jsonify(respond().to_json())
        return event_stream(_events(respond, limit), _failed)

    @blueprint.get("/api/conversations")
    def conversations() -> Response:
        lines = [
            {"id": c.id, "title": c.title, "updated_at": c.updated_at} for c in assistant.store.conversations(owner())
        ]
        return jsonify({"conversations": lines})

    @blueprint.get("/api/conversations/<conversation>")
    def messages(conversation: str) -> Response:
        found = assistant.store.messages(owner(), conversation)
        if found is None:
            raise Problem(404, "no such conversation")
        return jsonify({"id": conversation, "messages": [asdict(message) for message in found]})

    @blueprint.delete("/api/conversations/<conversation>")
    def remove(conversation: str) -> Response:
        if not assistant.store.remove(owner(), conversation):
            raise Problem(404, "no such conversation")
        return Response(status=204)

    return blueprint


def _events(respond: Any, limit: ConcurrencyLimit) -> Iterator[str]:
    """Yield a reply as events: where it belongs, the judgement, the text piece by piece, and the whole."""
    with limit.hold():
        turn = respond().to_json()
        yield event("start", {"conversation": turn["conversation"]})
        if turn["reply"]["judgement"] is not None:
            yield event("judgement", turn["reply"]["judgement"])
        for piece in pieces(turn["reply"]["text"]):
            yield event("delta", {"text": piece})
        yield event("done", turn)


def _failed(error: Exception) -> str:
    problem = to_problem(error)
    return event("error", problem_document(problem.status, problem.detail))
