"""The route of /v1/chat/completions."""

from flask import Blueprint, Response

from nlpbot.parts import CHAT
from server.chat_completions.answering import answer_to, chat_chunks, whole_chat
from server.chat_completions.reading import read_messages
from server.chat_completions.schemas import ChatCompletion, ChatCompletionRequest
from server.config import ServerSettings
from server.engines import Engines
from server.exchange import answer, body_as
from server.models import check_model
from server.notices import check_strict, with_notices
from server.openai_streams import chunk_events, failure_event
from server.operations import Operation
from server.security import require_key
from server.streams import event_stream

__all__ = ["OPERATIONS", "chat_completions_blueprint"]

OPERATIONS = (
    Operation(
        "/v1/chat/completions",
        "post",
        "Ask; nothing is kept.",
        ChatCompletionRequest,
        ChatCompletion,
        stream='data: {"choices": [{"delta": {"content": "Smishing"}, …}], …}\n\ndata: [DONE]\n\n',
        access="key",
    ),
)


def chat_completions_blueprint(engines: Engines, settings: ServerSettings) -> Blueprint:
    """Return the route of the assistant that keeps nothing."""
    blueprint = Blueprint("chat_completions", __name__)

    @blueprint.post("/v1/chat/completions")
    def chat_completions() -> Response:
        require_key(settings)
        body = body_as(ChatCompletionRequest)
        check_model(body.model, engines.find(CHAT, body.model))
        reading = read_messages(body)
        check_strict(body.strict, [*body.unknown, *reading.notices])
        said = answer_to(engines, body, reading)
        if body.stream:
            return with_notices(
                event_stream(chunk_events(chat_chunks(said), body.stream_options), failure_event), said.notices
            )
        return with_notices(answer(whole_chat(said)), said.notices)

    return blueprint
